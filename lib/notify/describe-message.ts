import { z } from 'zod'
import type { MessageKind } from '#lib/outbox/message-kinds.ts'
import type { ToldMessage } from './subject.ts'

/** What happened, what more there is to know, where to see it (a path of the portal), and how much it matters. */
export type Description = { title: string; detail: string; path: string; tone: 'calm' | 'soon' | 'bad' }

const riskSchema = z.object({ level: z.string() })
const factsSchema = z.object({ verdict: z.string().optional(), severity: z.string().optional(), escalatedAfterMinutes: z.number().optional(), code: z.string().optional(), subject: z.string().optional(), count: z.number().optional(), outcome: z.string().optional(), entry: z.string().optional(), review: z.string().optional(), when: z.string().optional() }).catch({})

/** Minutes as people say them. */
function lasting(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : ''].filter(Boolean).join(' ')
}

/**
 * A message in words: who, what, how long and how risky. The reasons that people give stay on the page, because mail
 * leaves the house. Names and titles are text of other people: whoever shows this escapes it.
 */
export function describeMessage(message: ToldMessage): Description {
  const { request, grant, finding } = message
  if (request) return ofRequest(message.kind as MessageKind, request, factsSchema.parse(message.facts))
  if (grant) return ofGrant(message.kind as MessageKind, grant)
  if (message.kind === 'review.waiting') return ofReview(factsSchema.parse(message.facts))
  if (message.kind === 'record.broken') return ofBrokenRecord(factsSchema.parse(message.facts))
  if (message.kind === 'export.done') return ofExport(factsSchema.parse(message.facts))
  if (message.kind.startsWith('change.')) return ofChange(factsSchema.parse(message.facts))
  const severity = factsSchema.parse(message.facts).severity ?? finding?.severity ?? 'severe'
  const where = finding?.grant ? `${finding.grant.person.displayName}, ${what(finding.grant.profile)}.` : 'Look at its evidence.'
  const title = finding?.title ?? 'see the list'
  const path = finding ? `/findings?finding=${finding.id}` : '/findings'
  if (message.kind === 'finding.assigned') return { title: `Given to you: ${title}`, detail: `${capital(severity)} finding. ${where}`, path, tone: 'soon' }
  return { title: `${capital(severity)} finding: ${title}`, detail: where, path, tone: 'bad' }
}

/** Lines of an access review that wait for their reviewer. */
const ofReview = ({ review = '', when }: z.infer<typeof factsSchema>): Description => ({
  title: when === 'overdue' ? 'An access review is overdue' : when ? `An access review is due within a ${when}` : 'An access review waits for you',
  detail: 'Say for each line whether somebody keeps the right to ask. Nothing is kept by silence.',
  path: `/reviews/${review}`,
  tone: 'soon',
})

/** Somebody changed the record past the portal. */
const ofBrokenRecord = ({ entry }: z.infer<typeof factsSchema>): Description => ({ title: 'The record does not hold', detail: `Its verification broke at entry ${entry ?? 'unknown'}. Keep the database and the checkpoints as they are, and look at the page.`, path: '/record', tone: 'bad' })

/** A file that somebody had made while they did something else. The link asks for a sign-in. */
const ofExport = ({ subject = 'Your export', outcome }: z.infer<typeof factsSchema>): Description =>
  outcome === 'failed'
    ? { title: `Your export failed: ${subject}`, detail: 'The page says why. Have it made again.', path: '/reports/exports', tone: 'soon' }
    : { title: `Your export is ready: ${subject}`, detail: 'It is kept for a week, for you alone.', path: '/reports/exports', tone: 'calm' }

/** A change of the catalogue: one that waits for a second admin, or how one's own was decided. */
function ofChange({ code = '', subject = '', count = 1, outcome }: z.infer<typeof factsSchema>): Description {
  const path = '/catalogue/changes'
  if (outcome) return { title: `${outcome === 'applied' ? 'Approved' : 'Rejected'}: your change of ${subject}`, detail: `${code}. The page says who decided${outcome === 'applied' ? '' : ', and why'}.`, path, tone: 'calm' }
  const what = count === 1 ? `A change of ${subject} waits for a second admin` : `${count} changes of the catalogue wait for a second admin`
  return { title: what, detail: `${count === 1 ? `${code}. ` : ''}It gives somebody more. Whoever proposed it, or gains by it, cannot approve it.`, path, tone: 'soon' }
}

type Requested = NonNullable<ToldMessage['request']>
type Granted = NonNullable<ToldMessage['grant']>

function ofRequest(kind: MessageKind, request: Requested, { verdict, escalatedAfterMinutes }: z.infer<typeof factsSchema>): Description {
  const wanted = what(request.profile)
  const risk = riskSchema.safeParse(request.risk)
  const terms = `${lasting(request.durationMinutes)}, ${risk.success ? risk.data.level : request.riskTier} risk (${request.code}).`
  const path = `/requests/${request.id}`
  const who = request.person.displayName
  switch (kind) {
    case 'request.waiting':
      return { title: `${who} asks for ${request.extendsGrantId ? 'more time with ' : ''}${wanted}`, detail: `${terms} ${escalatedAfterMinutes ? `Nobody decided for ${lasting(escalatedAfterMinutes)}, so it waits for you as well.` : 'It waits for your decision.'}`, path: `/approvals?selected=${request.id}`, tone: 'soon' }
    case 'emergency.taken':
      return { title: `${who} took emergency access to ${wanted}`, detail: `${terms} Nobody was asked before. Look at what it is used for.`, path, tone: 'bad' }
    case 'emergency.overdue':
      return { title: `The review of ${who}'s emergency access is overdue`, detail: `${wanted}, ${terms} Somebody has to say what it was used for.`, path, tone: 'bad' }
    case 'request.lapsed':
      return { title: `Nobody decided in time about ${wanted}`, detail: `${request.code} lapsed. Ask again if you still need it.`, path, tone: 'calm' }
    default:
      return verdict === 'deny'
        ? { title: `Denied: ${wanted}`, detail: `${request.code}. The page says who decided, and why.`, path, tone: 'calm' }
        : { title: `Approved: ${wanted}`, detail: terms, path, tone: 'calm' }
  }
}

function ofGrant(kind: MessageKind, grant: Granted): Description {
  const held = what(grant.profile)
  const path = `/requests/${grant.requestId}`
  switch (kind) {
    case 'grant.failed':
      return { title: `AWS did not let ${held} begin`, detail: `${grant.code}${grant.failureCode ? `: ${grant.failureCode}` : ''}. The page says what to do now.`, path, tone: 'bad' }
    case 'grant.ending':
      return { title: `${held} ends within 15 minutes`, detail: `${grant.code}. Ask for more time before its end if you need it.`, path, tone: 'soon' }
    case 'grant.revoked':
      return { title: `${held} was revoked`, detail: `${grant.code}. No new credentials since. The page says why.`, path, tone: 'bad' }
    default:
      return { title: `${held} can be used now`, detail: `${grant.code}. AWS confirmed it.`, path, tone: 'calm' }
  }
}

const what = ({ title, account }: Requested['profile']): string => `${title} in ${account.name}`
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
