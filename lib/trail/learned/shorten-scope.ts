import { coversPattern, type ScopeStatement, serviceOf } from './scope-statements.ts'

/** What one statement of the profile leaves: `wide` on all its resources, `named` on those that were used. */
export type Draft = { of: ScopeStatement; wide: readonly string[]; named: readonly string[]; resources: readonly string[] }

export type Shortened = { scope: ScopeStatement[]; /** Sentences, in the order in which it was shortened. */ steps: string[] }

/** As many statements as the scope of a profile may have. */
const mostStatements = 4

/**
 * The narrowest scope that has room, never wider than the profile's statements: as it is; then without naming resources;
 * then with `ec2:Describe*` for the calls of one kind; then with `ec2:*`; in each step what saves most comes first. Undefined
 * where nothing narrower than the profile's own scope has room.
 */
export function shortenScope(drafts: readonly Draft[], fits: (scope: readonly ScopeStatement[]) => boolean): Shortened | undefined {
  const roomy = (scope: readonly ScopeStatement[]): boolean => scope.length <= mostStatements && fits(scope)
  const steps: string[] = []
  let current = drafts
  for (const shorten of [dropResources, byVerb, byService]) {
    for (let scope = written(current); ; scope = written(current)) {
      if (roomy(scope)) return { scope, steps }
      const next = shorten(current)
      if (!next) break
      current = next.drafts
      steps.push(next.step)
    }
  }
  const scope = written(current)
  return roomy(scope) ? { scope, steps } : undefined
}

function written(drafts: readonly Draft[]): ScopeStatement[] {
  return drafts.flatMap(({ of, wide, named, resources }) => [
    ...(wide.length > 0 ? [{ actions: withoutCovered(wide), resources: [...of.resources] }] : []),
    ...(named.length > 0 ? [{ actions: withoutCovered(named), resources: [...resources].toSorted() }] : []),
  ])
}

function withoutCovered(actions: readonly string[]): string[] {
  const unique = [...new Set(actions)].toSorted()
  return unique.filter((action) => !unique.some((other) => other !== action && coversPattern([other], action) && !(coversPattern([action], other) && other > action)))
}

type Step = { drafts: readonly Draft[]; step: string }

const chars = (values: readonly string[]): number => values.reduce((sum, value) => sum + value.length + 3, 0)
const replaced = (drafts: readonly Draft[], at: number, draft: Draft): Draft[] => drafts.map((each, index) => (index === at ? draft : each))

function dropResources(drafts: readonly Draft[]): Step | undefined {
  const [longest] = [...drafts.entries()].filter(([, { named }]) => named.length > 0).toSorted(([, left], [, right]) => chars(right.resources) - chars(left.resources))
  if (!longest) return undefined
  const [at, draft] = longest
  const services = [...new Set(draft.named.map(serviceOf))].toSorted().join(', ')
  return { drafts: replaced(drafts, at, { ...draft, wide: [...draft.wide, ...draft.named], named: [], resources: [] }), step: `${draft.resources.length === 1 ? 'The resource' : `The ${draft.resources.length} resources`} used with ${services} ${draft.resources.length === 1 ? 'is' : 'are'} not named one by one.` }
}

/** `ec2:Describe` of `ec2:DescribeInstances`. */
const verbOf = (action: string): string => /^[^:]+:[A-Z]+[a-z]*/.exec(action)?.[0] ?? action

const byVerb = (drafts: readonly Draft[]): Step | undefined => bestWildcard(drafts, (action) => `${verbOf(action)}*`, (own) => !/^[^:]*:?\*$/.test(own))
const byService = (drafts: readonly Draft[]): Step | undefined => bestWildcard(drafts, (action) => `${serviceOf(action)}:*`, () => true)

/** The wildcard that saves most of those that the profile's own statement allows: one made from the names, or one of the statement's. */
function bestWildcard(drafts: readonly Draft[], wildcardOf: (action: string) => string, mayTake: (own: string) => boolean): Step | undefined {
  const candidates = drafts.flatMap(({ of, wide }, at) => {
    const made = [...new Set(wide.map(wildcardOf))].filter((pattern) => coversPattern(of.actions, pattern))
    return [...made, ...of.actions.filter((own) => own.includes('*') && mayTake(own))].flatMap((pattern) => {
      const under = wide.filter((action) => action !== pattern && coversPattern([pattern], action))
      const saved = chars(under) - chars([pattern])
      return under.length > 0 && saved > 0 ? [{ at, pattern, under, saved }] : []
    })
  })
  const best = candidates.toSorted((left, right) => right.saved - left.saved || (left.pattern < right.pattern ? -1 : 1))[0]
  const draft = best && drafts[best.at]
  if (!draft) return undefined
  const wide = [...draft.wide.filter((action) => !best.under.includes(action)), best.pattern]
  return { drafts: replaced(drafts, best.at, { ...draft, wide }), step: `${best.pattern} stands for ${best.under.length === 1 ? '1 entry' : `${best.under.length} entries`}, ${best.under.slice(0, 3).join(', ')}${best.under.length > 3 ? ' and others' : ''}.` }
}
