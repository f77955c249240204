import type { Random } from './random.ts'

/** Why people of Northwind ask, a few true-to-life sentences for each profile. */
const justifications: Readonly<Record<string, readonly string[]>> = {
  'payments-prod-read': ['Customers report double charges since 09:40; checking gateway health and recent restarts', 'Support escalation: refund stuck in "processing", need to see which instance handled it', 'Weekly capacity review of the ledger machines before the Friday freeze', 'Post-incident review: confirming which buckets the invoice job wrote to', 'Verifying that the new role tags arrived after yesterday’s change'],
  'payments-prod-operate': ['Gateway keeps dropping connections to the acquirer, restart agreed in the incident channel', 'Reprocessing the two invoices that failed the schema check last night', 'Planned restart of ledger-1 after the kernel update, change window 14:00 to 15:00', 'Rolling back the gateway configuration that finance reported as wrong'],
  'payments-prod-admin': ['Removing the permission that the audit marked as unused; change reviewed by Ana yesterday', 'Break in the payout run: the operate role lacks the permission to fix the bucket policy', 'Quarterly check of every role in the account together with the platform team'],
  'payments-reconciliation': ['Month-end reconciliation runs from the old job host until its role is rolled out', 'Re-running reconciliation for the two days the job host was down', 'Nightly reconciliation job, manual start because the scheduler moved'],
  'acquirer-support': ['Dispute 77: acquirer asks for the evidence file before the deadline on Thursday', 'Chargeback wave from one merchant, the acquirer’s team compares case files', 'Walking the acquirer through open disputes in the weekly call'],
  'data-staging-analyst': ['Comparing order totals in staging with the dashboard before the board meeting', 'Looking for the duplicate orders that marketing saw in the export', 'Checking the sample for the churn model, no personal data needed', 'Reviewing the weekly numbers with finance'],
  'data-staging-engineer': ['Backfilling orders of last Tuesday after the pipeline failed half way', 'Adding a column to the staging tables for the returns project', 'Testing the new partition layout before it goes to production', 'Cleaning up temporary files of the migration'],
  'data-staging-console': ['Looking through the files of the failed load in the console', 'Showing the new analyst how the warehouse is laid out', 'Comparing the folder of Tuesday with the one of Wednesday'],
  'data-export': ['The reporting tool fetches the weekly export; its own sign-in comes next sprint', 'Re-fetching the export because the file arrived truncated', 'Monday export for finance'],
  'warehouse-vendor': ['Support case 4411: slow queries on the orders table, we look at the file layout', 'Case 4432: customer reports missing rows after the upgrade', 'Health check agreed in the maintenance contract'],
  'sandbox-builder': ['Trying out the smaller instance type for the gateway', 'Spike: can the receipts service run on Graviton?', 'Preparing the demo for Thursday’s engineering meeting', 'Reproducing the timeout that only happens with real load balancers'],
  'sandbox-admin': ['Trying a tighter trust policy before it goes to production', 'Testing the permission boundary for the new operate role', 'Finding the minimal policy for the export job by experiment'],
  'sandbox-ci': ['Pipeline without federation yet deploys the preview of pull request 812', 'One-off deploy of the load test, the pipeline role is in review', 'Deploying the preview for the design review'],
}
const denials: readonly string[] = ['Please ask for the read profile first; nothing in the ticket needs write access.', 'The change window is tomorrow at 14:00. Ask again then, for one hour.', 'This is covered by the dashboard that went live on Monday; tell me if a number is missing there.', 'The ticket is closed. Reopen it or reference the right one.', 'Eight hours is a lot for one look; ask for one hour.', 'Not during the payout run. After 17:00 is fine.']
const approvals: readonly string[] = ['', '', '', '', 'Fine for the incident; close the ticket when done.', 'As agreed in stand-up.', 'OK, and please note in the ticket what you changed.']
const revocations: readonly string[] = ['The incident is over and the laptop was reported lost; ending this until we know more.', 'Ended for the exercise that we announced on Monday.', 'Access from a network we do not know; ask again once you are back in the office.']

const queues: Readonly<Record<string, string>> = { 'payments-prod-read': 'OPS', 'payments-prod-operate': 'OPS', 'payments-prod-admin': 'CHG', 'payments-reconciliation': 'FIN', 'acquirer-support': 'DSP', 'warehouse-vendor': 'CASE', 'data-staging-engineer': 'DATA' }

export const justificationFor = (random: Random, profileId: string): string => random.pick(justifications[profileId] ?? ['Needed for the work described in the ticket'])
export const ticketFor = (random: Random, profileId: string): string => `${queues[profileId] ?? 'ENG'}-${random.whole(1_040, 4_980)}`
export const denialReason = (random: Random): string => random.pick(denials)
export const approvalNote = (random: Random): string => random.pick(approvals)
export const revocationReason = (random: Random): string => random.pick(revocations)
