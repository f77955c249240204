import type { DigestProblem } from '#lib/trail/digest/check-digest.ts'
import { type FindingDraft, stamp } from '../detector.ts'
import type { Severity } from '../severity.ts'

/** Also the name under which findings and the record know it. */
export const digestDetector = { id: 'trail-digest', name: 'CloudTrail\'s own proof' } as const

const words: Record<DigestProblem['code'], { severity: Severity; title: string; what: string }> = {
  digest_unreadable: { severity: 'high', title: 'A CloudTrail digest cannot be read', what: 'is no digest of a known form, so nothing proves the log files of its time' },
  digest_moved: { severity: 'high', title: 'A CloudTrail digest lies where it was not delivered', what: 'names another place as its own' },
  key_unknown: { severity: 'critical', title: 'A CloudTrail digest is signed by an unknown key', what: 'is signed with a key that is not CloudTrail\'s in this Region' },
  digest_altered: { severity: 'critical', title: 'A CloudTrail digest was altered', what: 'does not fit its signature' },
  digest_missing: { severity: 'critical', title: 'A CloudTrail digest is missing', what: 'is not there, though a later one follows it' },
  chain_broken: { severity: 'critical', title: 'The chain of CloudTrail digests is broken', what: 'does not follow the one that was verified before it' },
  chain_restarted: { severity: 'high', title: 'CloudTrail was switched off for a time', what: 'begins the chain anew: logging or validation was off' },
  time_gap: { severity: 'high', title: 'A time that no CloudTrail digest covers', what: 'leaves a gap after the one before it' },
  log_missing: { severity: 'critical', title: 'A CloudTrail log file is missing', what: 'was delivered and is not there any more' },
  log_altered: { severity: 'critical', title: 'A CloudTrail log file was altered', what: 'is not what CloudTrail delivered' },
  log_too_large: { severity: 'medium', title: 'A CloudTrail log file is too large to verify', what: 'is larger than is looked at' },
}

/** The finding of one problem that verification told. */
export function draftOfProblem({ code, bucket, key, expected, found, from, to }: DigestProblem, where: string, now: Date): FindingDraft {
  const { severity, title, what } = words[code]
  const item = (label: string, value: string | null) => (value === null || value === '' ? [] : [{ label, value, mono: true }])
  const span = from && to ? ` Nothing proves what is recorded between ${stamp(new Date(from))} and ${stamp(new Date(to))}.` : ''
  return {
    subject: `${code} ${bucket}/${key}`,
    severity,
    title,
    summary: `${key.split('/').at(-1) ?? key} of ${where} ${what}.${span} Seen at ${stamp(now)}.`,
    events: [],
    items: [...item('File', `s3://${bucket}/${key}`), ...item('Expected', expected), ...item('Found', found), { label: 'What to do', value: 'Find out who may write to this bucket, and restore the file from a copy. What the portal stored of that time is its own copy.' }],
  }
}
