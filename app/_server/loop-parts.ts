export type Part = { name: string; purpose: string; mend: string; lateAfterMs: number }

/** What runs by itself in every replica, and how long it may be quiet before that is a problem. */
export const loopParts: Record<string, Part> = {
  sealer: { name: 'Sealer', purpose: 'Chains entries of the record within a second or so.', mend: 'Look at the log for "sealer". Entries wait; none is lost.', lateAfterMs: 10_000 },
  checkpoints: { name: 'Checkpoints', purpose: 'Anchors the record outside the database.', mend: 'Check that RECORD_CHECKPOINT_FILE can be written.', lateAfterMs: 60_000 },
  retention: { name: 'Retention of personal data', purpose: 'Lets go of the personal values of entries older than RECORD_RETENTION keeps them.', mend: 'Look at the log for "retention". What is due goes with the next round.', lateAfterMs: 60 * 60_000 },
  verifying: { name: 'Verification', purpose: 'Has the whole record verified once a day.', mend: 'Look at the log for "verifying". The Log page verifies with one button.', lateAfterMs: 5 * 60_000 },
  exports: { name: 'Exports', purpose: 'Goes on with exports that were cut off, and deletes files after a week.', mend: 'Look at the log for "exports". What was made so far is kept.', lateAfterMs: 120_000 },
  ending: { name: 'Ending of grants', purpose: 'Writes down ends. AWS refuses from the end on even when this is late.', mend: 'Look at the log for "ending".', lateAfterMs: 15_000 },
  eligibility: { name: 'Ending of lost entitlement', purpose: 'Ends access of people who left its groups or were switched off, and of withdrawn profiles.', mend: 'Look at the log for "eligibility". No credentials are issued to them meanwhile.', lateAfterMs: 60_000 },
  activation: { name: 'Lost activations', purpose: 'Goes on with activations whose job was lost.', mend: 'Look at the log for "activation".', lateAfterMs: 120_000 },
  revocation: { name: 'Revocation', purpose: 'Cuts off in AWS what was issued under access that ended early.', mend: 'Look at the log for "revocation".', lateAfterMs: 60_000 },
  vendors: { name: 'Vendors\' roles', purpose: 'Lets vendors in and shuts them out in AWS. Dated denials hold even when this is late.', mend: 'Look at the log for "vendors".', lateAfterMs: 60_000 },
  assignments: { name: 'Assignments', purpose: 'Assigns people in IAM Identity Center and removes them at the end.', mend: 'Look at the log for "assignments". What is to be removed is tried again until AWS has done it.', lateAfterMs: 60_000 },
  reconciler: { name: 'Reconciler', purpose: 'Compares AWS with the record, and brings back what is Latchkey\'s.', mend: 'Check that the reader and the revoker reach the account named here. What was not compared is next.', lateAfterMs: 300_000 },
  lapsing: { name: 'Lapsing of requests', purpose: 'Ends requests nobody decided in time.', mend: 'Look at the log for "lapsing".', lateAfterMs: 60_000 },
  escalating: { name: 'Escalation of requests', purpose: 'Asks further approvers when nobody decided in time.', mend: 'Look at the log for "escalating".', lateAfterMs: 60_000 },
  tidying: { name: 'Tidying', purpose: 'Forgets counters of limits that nobody reached.', mend: 'Look at the log for "tidying".', lateAfterMs: 300_000 },
  telling: { name: 'Notifications', purpose: 'Tells people what happened and what waits for them.', mend: 'Look at the log for "telling". Messages wait; none is lost.', lateAfterMs: 30_000 },
  reminding: { name: 'Reminders', purpose: 'Announces ends of access and overdue reviews.', mend: 'Look at the log for "reminding".', lateAfterMs: 120_000 },
  leases: { name: 'Lost leases', purpose: 'Marks credentials whose issuing was cut off half-way.', mend: 'Look at the log for "leases".', lateAfterMs: 120_000 },
  detecting: { name: 'Detection', purpose: 'Makes findings of what the rules say about events, and revokes access where a profile wants that of critical ones.', mend: 'Look at the log for "detecting". What rules said waits; none is lost.', lateAfterMs: 30_000 },
  roles: { name: 'Roles past the portal', purpose: 'Looks for managed and emergency roles taken on without a grant.', mend: 'Check that the reader may call cloudtrail:LookupEvents in the account named here.', lateAfterMs: 60_000 },
  partitions: { name: 'Storage of events', purpose: 'Makes room for the next months of CloudTrail, and lets go of what is older than TRAIL_RETENTION_DAYS.', mend: 'Look at the log for "partitions". Events are stored all the same.', lateAfterMs: 3 * 3_600_000 },
  trails: { name: 'Health of trails', purpose: 'Asks whether each account\'s trail logs, in every Region, with validated files.', mend: 'Check that the reader may call cloudtrail:DescribeTrails, GetTrailStatus and GetEventSelectors in the account named here.', lateAfterMs: 120_000 },
  regions: { name: 'Regions of accounts', purpose: 'Asks daily which Regions are enabled, so that CloudTrail is asked in all of them.', mend: 'Check that the reader may call ec2:DescribeRegions in the account named here. The Regions known last are asked meanwhile.', lateAfterMs: 120_000 },
  trail: { name: 'CloudTrail reading', purpose: 'Brings the activity of sessions to the dashboard.', mend: 'See the accounts below for what AWS refuses.', lateAfterMs: 60_000 },
}

/** Where checkpoints are put beside their file. */
export const anchorLoopParts: Record<'anchor/bucket' | 'anchor/mail', Part> = {
  'anchor/bucket': { name: 'Checkpoints in the bucket', purpose: 'Puts checkpoints of the record where nobody can delete them.', mend: 'Check RECORD_ANCHOR_BUCKET: it needs Object Lock, and the portal s3:PutObject, PutObjectRetention, GetObject and ListBucket there.', lateAfterMs: 2 * 60_000 },
  'anchor/mail': { name: 'Checkpoints by mail', purpose: 'Mails the newest checkpoint to RECORD_ANCHOR_MAIL once a day.', mend: 'Check the mail server. The checkpoint is sent as soon as it takes mail.', lateAfterMs: 2 * 60_000 },
}

/** Where a bucket or a queue is configured. */
export const sourceLoopParts: Record<string, Part> = {
  sources: { name: 'Reading of log files', purpose: 'Reads the buckets and queues of TRAIL_SOURCES_FILE.', mend: 'Look at the log for "sources". A cursor moves only when what lies before it is stored.', lateAfterMs: 60_000 },
  digests: { name: 'Verification of log files', purpose: 'Compares log files with CloudTrail\'s signed digests.', mend: 'Look at the log for "digests". What was not verified is next.', lateAfterMs: 15 * 60_000 },
}
