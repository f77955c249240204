/** Who asks for what, and how often; the weights are the demo's, the right to ask is the catalogue's. */
export const wishes: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  maya: [['payments-prod-read', 4], ['payments-prod-operate', 2], ['sandbox-builder', 1], ['payments-reconciliation', 1]],
  tom: [['data-staging-engineer', 4], ['data-export', 2], ['sandbox-builder', 2], ['sandbox-ci', 1], ['payments-prod-read', 1]],
  ana: [['sandbox-admin', 2], ['payments-prod-read', 2], ['sandbox-builder', 1]],
  jon: [['sandbox-builder', 2], ['data-staging-analyst', 1], ['payments-prod-read', 1]],
  rosa: [['payments-prod-read', 3], ['data-staging-console', 1], ['sandbox-admin', 1]],
  lena: [['sandbox-admin', 2], ['sandbox-ci', 1], ['payments-prod-read', 1]],
  priya: [['payments-prod-operate', 3], ['payments-prod-read', 2], ['payments-reconciliation', 2], ['payments-prod-admin', 1], ['sandbox-admin', 1]],
  luis: [['data-staging-analyst', 4], ['data-staging-console', 2], ['data-export', 2], ['data-staging-engineer', 1]],
  nina: [['acquirer-support', 1], ['warehouse-vendor', 1]],
  kenji: [['warehouse-vendor', 4], ['acquirer-support', 3]],
}
export const frequency: readonly (readonly [string, number])[] = [['maya', 5], ['tom', 6], ['priya', 5], ['luis', 5], ['kenji', 4], ['ana', 2], ['jon', 2], ['rosa', 2], ['lena', 2], ['nina', 1]]

/** Approvers by the profile's groups, as the catalogue names them. */
const platform = ['ana', 'jon', 'sam']
const approvers: Readonly<Record<string, readonly string[]>> = {
  'acquirer-support': ['nina', ...platform],
  'warehouse-vendor': ['nina'],
  'data-staging-analyst': ['jon', 'ana'],
  'data-staging-console': ['jon', 'ana'],
  'data-staging-engineer': ['jon'],
  'data-export': ['jon'],
}
/** Who may decide somebody's request: never the one who asked. */
export const approversOf = (profileId: string, requester: string): string[] => (approvers[profileId] ?? platform).filter((person) => person !== requester)

/** Profiles whose tickets are required or customary. */
export const withTicket: ReadonlySet<string> = new Set(['payments-prod-operate', 'payments-prod-admin', 'acquirer-support', 'warehouse-vendor', 'payments-reconciliation'])
const longest: Readonly<Record<string, number>> = { 'payments-prod-admin': 60, 'payments-prod-operate': 240, 'acquirer-support': 240, 'sandbox-admin': 240, 'sandbox-ci': 120 }
export const durationsOf = (profileId: string): number[] => [30, 60, 60, 120, 120, 240, 480].filter((minutes) => minutes <= (longest[profileId] ?? 480))

/** Who goes on living in the running demo. Maya and Ana are left to the visitor. */
export const liveRequesters = ['tom', 'priya', 'luis', 'kenji', 'lena'] as const
