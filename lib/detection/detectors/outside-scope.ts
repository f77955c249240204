import type { KnownActions } from '#lib/iam/known-actions.ts'
import { isDenied } from '#lib/trail/denied.ts'
import { mapEvent } from '#lib/trail/learned/map-event.ts'
import { allowsAction, prepare, type PreparedStatement, type ScopeStatement, serviceOf } from '#lib/trail/learned/scope-statements.ts'
import { calls, type Detector, type DetectorEvent, stamp, tally } from '../detector.ts'

/** What the grant's leases were cut to, and AWS's list of actions. */
export type GrantScope = { statements: readonly ScopeStatement[]; known: KnownActions }

/**
 * Calls of a grant's sessions that need actions which its scope does not name, be it the profile's or a narrower one that
 * was asked for. Ones that worked are serious: the session policy should have stopped them, so something else let them
 * through, such as a resource's own policy. Denied ones are minor, and count only where something was to be changed in a
 * service that the scope does not name at all: the console asks for far more than anybody may see, and a missing action of
 * a service that is in the scope is rather a profile that does not fit. Resources are not compared.
 */
export const outsideScope: Detector = {
  id: 'outside-scope',
  name: 'Use outside the scope of the grant',
  detect: ({ events, grant }) => {
    if (!grant.scope) return []
    const outside = outsideOf(events, grant.scope)
    const worked = outside.filter(({ event }) => event.errorCode === null).map(({ event }) => event)
    const tried = outside.filter(({ event, foreign }) => foreign && isDenied(event.errorCode) && !event.readOnly).map(({ event }) => event)
    const chosen = new Set([...worked, ...tried])
    const found = events.filter((event) => chosen.has(event))
    const [first] = found
    if (!first) return []
    const changed = worked.some(({ readOnly }) => !readOnly)
    return [
      {
        subject: '',
        severity: worked.length === 0 ? 'low' : changed ? 'high' : 'medium',
        title: worked.length === 0 ? 'Changes in services outside the scope were tried' : `${calls(worked.length)} outside the scope worked`,
        summary: `${grant.person}'s session in ${grant.account} made ${calls(found.length)} that the scope of the grant does not name, the first at ${stamp(first.eventTime)}: ${tally(found.map(({ eventName }) => eventName))}; ${worked.length === 0 ? 'all of them were refused' : `${worked.length} worked`}.`,
        events: found,
        items: [
          { label: 'Scope', value: [...new Set(grant.scope.statements.flatMap(({ actions }) => actions))].slice(0, 12).join(', '), mono: true },
          { label: 'Worked', value: String(worked.length) },
          { label: 'Refused', value: String(tried.length) },
        ],
      },
    ]
  },
}

type Outside = { event: DetectorEvent; /** Of a service that the scope does not name. */ foreign: boolean }

function outsideOf(events: readonly DetectorEvent[], scope: GrantScope): Outside[] {
  const prepared = scope.statements.map(prepare)
  const judged = new Map<string, Omit<Outside, 'event'> | null>()
  return events.flatMap((event) => {
    const name = `${event.eventSource} ${event.eventName}`
    if (!judged.has(name)) judged.set(name, judge(event, prepared, scope.known))
    const verdict = judged.get(name)
    return verdict ? [{ event, ...verdict }] : []
  })
}

function judge(event: DetectorEvent, statements: readonly PreparedStatement[], known: KnownActions): Omit<Outside, 'event'> | null {
  const mapped = mapEvent(event, known)
  if (mapped.kind !== 'actions') return null
  const missing = mapped.actions.filter(({ action }) => !statements.some((statement) => allowsAction(statement, action)))
  if (missing.length === 0) return null
  return { foreign: missing.some(({ action }) => !statements.some(({ set }) => set.everything || set.byService.has(serviceOf(action)))) }
}
