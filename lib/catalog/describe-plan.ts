import { rightWords } from './catalog-rights.ts'
import type { Impact, RightImpact } from './impact.queries.ts'
import type { PlannedChange } from './plan-catalog.ts'

/** A plan for people, a few lines a change: what it is, what it widens, who gains and loses. */
export function describePlan(changes: readonly { change: PlannedChange; impact: Impact | null }[]): string[] {
  if (changes.length === 0) return ['Nothing to do: the catalogue says what the file says.']
  const waiting = changes.filter(({ change }) => change.widens).length
  return [...changes.flatMap(({ change, impact }) => [...describeChange(change), ...(impact ? describeImpact(impact) : []), '']), `${changes.length - waiting} to apply, ${waiting} to propose: what widens waits for an admin who gains nothing by it.`]
}

function describeChange({ subject, subjectId, before, after, differences }: PlannedChange): string[] {
  const sign = before === null ? '+' : after === null ? '-' : '~'
  return [`${sign} ${subject} ${subjectId}`, ...differences.map(({ widens, sentence }) => `    ${widens ? 'widens' : '      '}  ${sentence}`)]
}

/** Who gains and loses, and what is going on under the profile, in sentences with spaces before them. */
function describeImpact({ rights, liveGrants, pendingRequests }: Impact): string[] {
  const going = [...(liveGrants > 0 ? [`${liveGrants} live ${liveGrants === 1 ? 'grant' : 'grants'}`] : []), ...(pendingRequests > 0 ? [`${pendingRequests} pending ${pendingRequests === 1 ? 'request' : 'requests'}`] : [])]
  return [...rights.flatMap(impactSentences), ...(going.length > 0 ? [`Under it now: ${going.join(', ')}.`] : [])].map((sentence) => `            ${sentence}`)
}

/** "3 people may ask for it from now on (payments): Maya Chen, …". */
export function impactSentences({ right, gained, lost, peopleGained, peopleLost }: RightImpact): string[] {
  const names = (people: RightImpact['peopleGained']): string => (people.count === 0 ? '' : `: ${people.names.join(', ')}${people.count > people.names.length ? ' and others' : ''}`)
  const count = ({ count: number }: { count: number }): string => `${number} ${number === 1 ? 'person' : 'people'}`
  return [
    ...(gained.length > 0 ? [`${count(peopleGained)} can ${rightWords[right]} who could not (${gained.join(', ')})${names(peopleGained)}.`] : []),
    ...(lost.length > 0 ? [`${count(peopleLost)} can no longer ${rightWords[right]} (${lost.join(', ')})${names(peopleLost)}.`] : []),
  ]
}
