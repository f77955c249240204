import { type CatalogAction, loadActionCatalog } from './action-catalog.ts'

export type KnownAction = CatalogAction & {
  /** ARNs with placeholders of the resources it acts on; empty for actions that only take `*`. */
  readonly arns: readonly string[]
}

/** AWS's own list, for asking whether an action exists: names in lower case, because actions know no case. */
export type KnownActions = {
  /** Prefix of a service (`s3`) → its name (`Amazon S3`). */
  readonly services: ReadonlyMap<string, string>
  readonly actions: ReadonlyMap<string, KnownAction>
  readonly byService: ReadonlyMap<string, readonly KnownAction[]>
}

let known: Promise<KnownActions> | undefined

/** Every action that AWS lists, by name; read once per process. */
export function loadKnownActions(): Promise<KnownActions> {
  known ??= loadActionCatalog().then((catalog) => {
    const byService = new Map(catalog.map(({ service, actions, resourceTypes }) => [service, actions.map((action) => ({ ...action, arns: action.resourceTypes.flatMap((type) => resourceTypes.get(type) ?? []) }))]))
    return {
      services: new Map(catalog.map(({ service, name }) => [service, name])),
      actions: new Map([...byService.values()].flat().map((action) => [action.lowerCase, action])),
      byService,
    }
  })
  return known
}
