import type { ConsoleGate } from '#lib/aws/console-link.ts'
import type { IdentityCenter } from '#lib/aws/identity-center.ts'
import type { Issuer } from '#lib/aws/issuer.ts'
import type { Prover } from '#lib/aws/proof-call.ts'
import type { Revoker } from '#lib/aws/revoker.ts'
import type { RoleReader } from '#lib/aws/role-reader.ts'
import type { VendorGate } from '#lib/aws/vendor-gate.ts'
import type { Clock } from '#lib/config/clock.ts'
import type { Database } from '#lib/db/client.ts'
import type { JobQueue } from '#lib/jobs/queue.ts'

/** What the verbs of this room work with. */
export type GrantDeps = {
  db: Database
  queue: JobQueue
  issuer: Issuer
  roleReader: RoleReader
  prover: Prover
  /** Absent where no identity is configured that may write to roles: issued credentials then live to their own end. */
  revoker: Revoker | undefined
  /** Absent where no identity is configured that may assign people in IAM Identity Center. */
  identityCenter: IdentityCenter | undefined
  /** Lets vendors take on their roles; absent where the revoker is. */
  vendorGate: VendorGate | undefined
  consoleGate: ConsoleGate
  clock: Clock
  managedRolePath: string
}
