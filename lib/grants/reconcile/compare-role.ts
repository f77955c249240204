import { cutoffName, cutoffsIn, expiredCutoffs, isCutoff } from '#lib/aws/cutoff-policy.ts'
import { expiredRevocations, isRevocation, revocationName } from '#lib/aws/revocation-policy.ts'
import type { ReadRole } from '#lib/aws/role-reader.ts'
import type { VendorRoleReading } from '#lib/aws/vendor-gate.ts'
import { foreignAllows, isVendorWindow, readOpening, readWindow, windowName } from '#lib/aws/vendor-policies.ts'
import { after, minutes } from '#lib/config/clock.ts'
import type { Revocation, RoleCutoff, VendorRole } from '#lib/db/generated/client.ts'
import { cutoffOf } from '../cutoff/decide-cutoff.ts'
import { keptUntil } from '../decide-revocation.ts'
import { decideVendorStep, type VendorWanted } from '../vendor/decide-vendor-step.ts'

/** AWS's own readings lag behind a write for a moment: younger denials are not called missing. */
const settledAfterMs = minutes(2)
const ours = 'latchkey-'
/** Sessions of `npm run doctor -- --prove`, which takes back what it wrote itself. */
const provedBy = ':latchkey-test-person+'

/** What the record says of a role. `revocations`: every one whose credentials may live, or died lately; `wanted` is null when nothing is asked of a vendor's role. */
export type RoleRecord = { revocations: readonly Revocation[]; cutoffs: readonly RoleCutoff[]; vendor: VendorRole | null; wanted: VendorWanted | null }

/** `repair`: what is the portal's and not as the record says. `outside`: what the record knows nothing of, and stays as it is. */
export type Difference =
  | { repair: 'revocation.missing'; revocation: Revocation }
  | { repair: 'revocation.left'; names: string[] }
  | { repair: 'cutoff.missing'; cutoff: RoleCutoff }
  | { repair: 'vendor.differs' }
  | { repair: 'vendor.left' }
  | { outside: string; name: string }

/** Compares a role as AWS has it with the record. The record has to be read after AWS: what was written in between is known then. */
export function compareRole(role: ReadRole, record: RoleRecord, now: Date): Difference[] {
  return [...compareRevocations(role, record, now), ...compareCutoffs(role, record, now), ...compareVendor(role, record, now), ...disguises(role), ...(record.vendor ? foreignTrust(role) : [])]
}

function compareRevocations({ inline }: ReadRole, { revocations }: RoleRecord, now: Date): Difference[] {
  const found = inline.filter(isRevocation)
  const names = found.map(({ name }) => name)
  const left = expiredRevocations(names, now)
  const known = new Set(revocations.map(({ userId }) => userId))
  const strangers = found.filter(({ name, document }) => !left.includes(name) && !known.has(userOf(document)) && !userOf(document).includes(provedBy))
  const missing = revocations.filter((revocation) => isInForce(revocation, now) && !names.includes(revocationName({ userId: revocation.userId, until: keptUntil(revocation) })))
  return [
    ...missing.map((revocation): Difference => ({ repair: 'revocation.missing', revocation })),
    ...(left.length > 0 ? [{ repair: 'revocation.left' as const, names: left }] : []),
    ...strangers.map(({ name, document }): Difference => ({ outside: `A denial of the session ${userOf(document)} stands on the role, of which the record knows no revocation.`, name })),
  ]
}

/** The latest covers all before it, which stand on the role no longer. */
function compareCutoffs({ inline }: ReadRole, { cutoffs }: RoleRecord, now: Date): Difference[] {
  const names = cutoffsIn(inline.filter(isCutoff).map(({ name }) => name))
  const left = expiredCutoffs(names, now)
  const known = new Set(cutoffs.map((cutoff) => cutoffName(cutoffOf(cutoff))))
  const missing = cutoffs.filter((cutoff) => isInForce(cutoff, now) && !names.some((name) => name >= cutoffName(cutoffOf(cutoff))))
  return [
    ...missing.map((cutoff): Difference => ({ repair: 'cutoff.missing', cutoff })),
    ...(left.length > 0 ? [{ repair: 'revocation.left' as const, names: left }] : []),
    ...names.filter((name) => !left.includes(name) && !known.has(name)).map((name): Difference => ({ outside: 'A denial of everybody who was in the role stands on it, which the record does not know.', name })),
  ]
}

const isInForce = ({ closedAt, state, until, writtenAt }: Pick<Revocation, 'closedAt' | 'state' | 'until' | 'writtenAt'>, now: Date): boolean =>
  closedAt === null && state !== 'wanted' && state !== 'failed' && until > now && writtenAt !== null && after(writtenAt, settledAfterMs) <= now

const userOf = (document: unknown): string => (document as { Statement: [{ Condition: { StringEquals: { 'aws:userid': string } } }] }).Statement[0].Condition.StringEquals['aws:userid']

function compareVendor(role: ReadRole, { vendor, wanted }: RoleRecord, now: Date): Difference[] {
  const reading = vendorReadingOf(role)
  if (vendor && wanted) return isPending(vendor, wanted, now) ? [] : differs(reading, wanted, now)
  const { opening, window } = reading
  const own = vendor !== null && ((opening !== null && opening !== 'changed' && opening.externalId === vendor.externalId) || (opening === null && window !== null && window !== 'changed'))
  if (own && !vendor.openSince) return [{ repair: 'vendor.left' }]
  if (vendor?.openSince) return []
  return [
    ...(opening ? [{ outside: 'A statement under the portal\'s name lets somebody take on the role, and the record knows of nobody to let in.', name: 'LatchkeyVendor' }] : []),
    ...(window && window !== 'changed' ? [{ outside: 'A window of a vendor stands on the role, and the record knows of no vendor.', name: windowName }] : []),
  ]
}

/** It is being done, or tried again, anyway. */
const isPending = ({ failureCode, nextAttemptAt }: VendorRole, { open }: VendorWanted, now: Date): boolean => failureCode !== null || (nextAttemptAt !== null && (open || nextAttemptAt <= now))

const differs = (reading: VendorRoleReading, wanted: VendorWanted, now: Date): Difference[] => (decideVendorStep(reading, wanted, now) === 'done' ? [] : [{ repair: 'vendor.differs' }])

function vendorReadingOf({ inline, trust, maxSessionSeconds }: ReadRole): VendorRoleReading {
  const policy = inline.find(({ name }) => name === windowName)
  return { window: policy ? (readWindow(policy.document) ?? 'changed') : null, opening: readOpening(trust), maxSessionSeconds }
}

/** Only the portal lets anybody into a vendor's role. */
const foreignTrust = ({ trust }: ReadRole): Difference[] => foreignAllows(trust).map((name) => ({ outside: `The trust policy has ${name}, which lets in somebody without the portal.`, name: `trust ${name}` }))

/** Whatever bears the portal's name and not its words. */
const disguises = ({ inline }: ReadRole): Difference[] =>
  inline
    .filter((policy) => policy.name.startsWith(ours) && !isRevocation(policy) && !isCutoff(policy) && !isVendorWindow(policy))
    .map(({ name }) => ({ outside: `The inline policy ${name} bears the portal's name and says something else.`, name }))
