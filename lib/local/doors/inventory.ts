import { globSync, readFileSync } from 'node:fs'

/** Every way into the portal, by name: `revealAction`, `POST /api/console`, `/requests/[id]`. */
export type Inventory = { actions: string[]; routes: string[]; pages: string[] }

const methodNames = 'GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS'

/** The address of a file of `app`: without the groups in brackets, which are no part of it. */
const addressOf = (file: string): string => file.replace(/^app/, '').replace(/\/(page|route)(\.tsx?)?$/, '').replace(/\/\([^)]*\)/g, '') || '/'

function actionsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8')
  const exports = source.match(/^export .*$/gm) ?? []
  return exports.map((line) => {
    const name = /^export async function (\w+)\(/.exec(line)?.[1]
    if (!name) throw new Error(`${file}: an action is written as "export async function"; this is not: ${line}`)
    return name
  })
}

function routesOf(file: string): string[] {
  const source = readFileSync(file, 'utf8')
  const found = [...source.matchAll(new RegExp(String.raw`^export (?:async function |function |const )(${methodNames})\b|\bas (${methodNames})\b`, 'gm'))]
  if (found.length === 0) throw new Error(`${file}: no method is exported in a way that is understood here.`)
  return found.map((match) => `${match[1] ?? match[2]} ${addressOf(file)}`)
}

/**
 * What the source offers to a network. Throws where it is written in a way that this reading would miss: a server action
 * outside `app/_actions`, or an export that is no plain function.
 */
export function sourceInventory(): Inventory {
  const files = globSync('app/_actions/*.actions.ts')
  const elsewhere = globSync('{app,components,lib}/**/*.{ts,tsx}').filter((file) => !files.includes(file) && /^\s*['"]use server['"]/m.test(readFileSync(file, 'utf8')))
  if (elsewhere.length > 0) throw new Error(`Server actions are written in app/_actions/*.actions.ts only, not in ${elsewhere.join(', ')}.`)
  return {
    actions: files.flatMap((file) => actionsOf(file)).toSorted(),
    routes: globSync('app/**/route.{ts,tsx}').flatMap((file) => routesOf(file)).toSorted(),
    pages: globSync('app/**/page.{ts,tsx}').map((file) => addressOf(file)).toSorted(),
  }
}

const server = '.next/standalone/.next/server'
const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

export type BuiltAction = { id: string; page: string }

/** Every server action of the build: its id on the wire, and the shortest address of a page that answers it. */
export function builtActions(): Map<string, BuiltAction> {
  const { node } = readJson(`${server}/server-reference-manifest.json`) as { node: Record<string, { exportedName: string; workers: Record<string, unknown> }> }
  return new Map(
    Object.entries(node).map(([id, { exportedName, workers }]) => {
      const pages = Object.keys(workers).map((worker) => addressOf(worker))
      // Parameters of the route are any id: actions do not look at them.
      const [page = '/'] = pages.toSorted((left, right) => left.length - right.length)
      return [exportedName, { id, page: page.replace(/\[[^\]]+\]/g, '00000000-0000-4000-8000-000000000000') }]
    }),
  )
}

/** What the compiler put into the build, whatever the source looks like. Of a route it knows the address, not the methods. */
export function builtInventory(): Inventory {
  const built = Object.keys(readJson(`${server}/app-paths-manifest.json`) as object).filter((name) => !name.startsWith('/_') && !name.startsWith('/icon'))
  const ending = (end: string): string[] => built.filter((name) => name.endsWith(end)).map((name) => addressOf(name)).toSorted()
  return { actions: [...builtActions().keys()].toSorted(), routes: ending('/route'), pages: ending('/page') }
}
