import { type AnchorBucket, openAnchorBucket } from '#lib/aws/anchor-bucket.ts'
import { openAssigner, openIdentities } from '#lib/aws/credentials.ts'
import { type IdentityCenter, openIdentityCenter } from '#lib/aws/identity-center.ts'
import { type IdentityProbe, openIdentityProbe } from '#lib/aws/identity-probe.ts'
import { type Issuer, openIssuer } from '#lib/aws/issuer.ts'
import { openRevoker, type Revoker } from '#lib/aws/revoker.ts'
import { openRoleReader, type RoleReader } from '#lib/aws/role-reader.ts'
import { openTrailInspector, type TrailInspector } from '#lib/aws/trail-inspector.ts'
import type { Clock } from '#lib/config/clock.ts'
import type { Config } from '#lib/config/config.ts'
import type { Database } from '#lib/db/client.ts'
import { admitToIdentityCenter } from '#lib/grants/assignments/identity-center-rate.ts'

/** What the doctor looks with. It needs no queue and writes nothing. */
export type DoctorDeps = {
  config: Config
  db: Database
  clock: Clock
  probe: IdentityProbe
  issuer: Issuer
  revoker: Revoker
  roleReader: RoleReader
  trails: TrailInspector
  /** Undefined where no access through it is given. */
  identityCenter: IdentityCenter | undefined
  /** Undefined where checkpoints go into no bucket. */
  anchorBucket: AnchorBucket | undefined
  /** No check takes longer. Milliseconds. */
  patienceMs: number
}

export function openDoctor(config: Config, db: Database, clock: Clock, patienceMs = 15_000): DoctorDeps {
  const identities = openIdentities(config.aws)
  const center = config.identityCenter
  const assigner = center && openAssigner(center.region, center.assignerRoleArn, identities.hub.process)
  // Where the database does not answer, nobody else asks at this rate either.
  const admit = (): Promise<boolean> => admitToIdentityCenter(db, clock).catch(() => true)
  return {
    config,
    db,
    clock,
    patienceMs,
    probe: openIdentityProbe(config.aws, { ...identities.hub, assigner }),
    issuer: openIssuer(config.aws, identities),
    revoker: openRevoker(config.aws, identities),
    roleReader: openRoleReader(config.aws, identities),
    trails: openTrailInspector(identities),
    anchorBucket: config.anchor.bucket && openAnchorBucket(config.anchor.bucket, identities.hub.process),
    identityCenter: center && assigner && openIdentityCenter(center.region, assigner, admit),
  }
}
