import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openConsoleGate } from '#lib/aws/console-link.ts'
import { openAssigner, openIdentities } from '#lib/aws/credentials.ts'
import { type IdentityCenter, openIdentityCenter } from '#lib/aws/identity-center.ts'
import { openIssuer } from '#lib/aws/issuer.ts'
import { prover } from '#lib/aws/proof-call.ts'
import { openRevoker } from '#lib/aws/revoker.ts'
import { openRoleReader } from '#lib/aws/role-reader.ts'
import { openTrailReader, type TrailReader } from '#lib/aws/trail-reader.ts'
import { openVendorGate } from '#lib/aws/vendor-gate.ts'
import { parseCatalog } from '#lib/catalog/parse-catalog.ts'
import { syncCatalog } from '#lib/catalog/sync-catalog.ts'
import type { Config } from '#lib/config/config.ts'
import { parseGroupRoles, rolesOfGroups } from '#lib/config/portal-roles.ts'
import { readRuleShelf } from '#lib/detection/watch/rule-shelf.ts'
import { openEventWatch, type WatchingRules } from '#lib/detection/watch/open-event-watch.ts'
import { activateGrant } from '#lib/grants/activate-grant.ts'
import type { GrantDeps } from '#lib/grants/grant-deps.ts'
import { admitToIdentityCenter } from '#lib/grants/assignments/identity-center-rate.ts'
import { carryOut } from '#lib/grants/carry-out.ts'
import { openSignIn } from '#lib/people/open-sign-in.ts'
import { openTokenCipher } from '#lib/people/token-cipher.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import { createRequest } from '#lib/requests/create-request.ts'
import { type SettleDeps, settleRequest } from '#lib/requests/settle-request.ts'
import type { LocalOrganisation } from '../aws/seed.ts'
import type { LocalAws } from '../aws/server/start.ts'
import { startLocalAws } from '../aws/server/start.ts'
import { createMovableClock, type MovableClock } from '../clock.ts'
import { assignerRoleArn, demoOrganisation, issuerRoleArn, portalRoleArn, readerRoleArn, revokerRoleArn } from '../demo/organisation.ts'
import { demoGroupRoles, personas } from '../oidc/personas.ts'
import { prepareWebIdentity } from '../stack/web-identity.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

/** The rooms of the product on a database and a local AWS of their own, with one clock that the test moves. */
export type Slice = {
  database: TestDatabase
  aws: LocalAws
  clock: MovableClock
  deps: GrantDeps & { trailReader: TrailReader; identityCenter: IdentityCenter; eventWatch: WatchingRules }
  /** A permanent administrator key of an account: what Latchkey replaces, for changing AWS behind its back. */
  administrator(accountId: string): { accessKeyId: string; secretAccessKey: string }
  /** SDKs remember credentials and their idea of AWS's time; a test that moved the clock back starts with neither. */
  reconnect(): void
  viewer(personaId: string, groups?: readonly string[]): Promise<Viewer>
  ask(viewer: Viewer, profileId: string, durationMinutes?: number): Promise<string>
  approve(viewer: Viewer, requestId: string): Promise<string>
  /** Asked, approved by Ana and activated: the id of an active grant. */
  activeGrant(holder: Viewer, profileId: string, durationMinutes?: number): Promise<string>
  close(): Promise<void>
}

/** Read once: the files do not change between tests. */
const shelf = readRuleShelf([])

const limits: Config['signIn'] = { idleMinutes: 60, maxMinutes: 720, groupsMaxAgeMinutes: 15, groupsFreshMinutes: 5 }

export async function startSlice(): Promise<Slice> {
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-slice-'))
  const clock = createMovableClock()
  const webIdentity = await prepareWebIdentity(folder)
  const aws = await startLocalAws({ seed: withAdministrators(demoOrganisation(webIdentity)), clock, cloudTrailDelayMs: 0 })
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_WEB_IDENTITY_TOKEN_FILE: webIdentity.tokenFile,
    AWS_ROLE_ARN: portalRoleArn,
    AWS_ROLE_SESSION_NAME: 'latchkey-portal',
    AWS_EC2_METADATA_DISABLED: 'true',
  })
  const database = await createTestDatabase()
  const settings: Config['aws'] = {
    region: 'us-east-1',
    issuerRoleArn,
    readerRoleArn,
    memberReaderRoleName: 'latchkey/latchkey-reader',
    revokerRoleArn,
    memberRevokerRoleName: 'latchkey/latchkey-revoker',
    federationEndpoint: `${aws.url}/federation`,
    managedRolePath: '/latchkey/',
  }
  const clients = () => {
    const identities = openIdentities(settings)
    const identityCenter = openIdentityCenter('us-east-1', openAssigner('us-east-1', assignerRoleArn, identities.hub.process), () => admitToIdentityCenter(database.db, () => clock.now()))
    return { issuer: openIssuer(settings, identities), roleReader: openRoleReader(settings, identities), revoker: openRevoker(settings, identities), vendorGate: openVendorGate(settings, identities), trailReader: openTrailReader(identities), identityCenter }
  }
  const deps = {
    db: database.db,
    queue: database.queue,
    ...clients(),
    eventWatch: openEventWatch(database.db, shelf, new Map()),
    prover,
    consoleGate: openConsoleGate(settings, new URL('http://localhost:3000')),
    clock: () => clock.now(),
    managedRolePath: settings.managedRolePath,
  }
  const catalog = parseCatalog(await readFile('lib/local/demo/catalog.yaml', 'utf8'))
  if (!catalog.ok) throw new Error(JSON.stringify(catalog.problems))
  await syncCatalog(database.db, catalog.catalog, clock.now())
  const people = openPeople(deps)
  return {
    database,
    aws,
    clock,
    deps,
    ...people,
    administrator,
    reconnect: () => void Object.assign(deps, clients()),
    close: async () => {
      await database.drop()
      await aws.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const administrator: Slice['administrator'] = (accountId) => ({ accessKeyId: `AKIA${accountId}TEST`, secretAccessKey: `secret-of-the-tests-${accountId}` })

function withAdministrators(organisation: LocalOrganisation): LocalOrganisation {
  const accounts = organisation.accounts.map((account) => {
    const { accessKeyId: id, secretAccessKey: secret } = administrator(account.id)
    const user = { name: 'administrator-of-the-tests', managed: ['arn:aws:iam::aws:policy/AdministratorAccess'], keys: [{ id, secret }] }
    return { ...account, users: [...(account.users ?? []), user] }
  })
  return { ...organisation, accounts }
}

function openPeople(deps: GrantDeps): Pick<Slice, 'viewer' | 'ask' | 'approve' | 'activeGrant'> {
  const cipher = openTokenCipher('a secret of the tests, 32 characters')
  const { map } = parseGroupRoles(demoGroupRoles)
  const viewer: Slice['viewer'] = async (personaId, groups) => {
    const persona = personas.find((candidate) => candidate.id === personaId)
    if (!persona) throw new Error(`There is no persona "${personaId}".`)
    const held = [...(groups ?? persona.groups)]
    const now = deps.clock()
    const signInId = await openSignIn(
      deps.db,
      cipher,
      limits,
      { issuer: 'http://localhost:3001', subject: persona.id, displayName: persona.name, email: persona.email, username: persona.username, groups: held, providerSessionId: undefined, refreshToken: undefined, accessToken: undefined, idToken: undefined },
      now,
    )
    const { personId } = await deps.db.signIn.findUniqueOrThrow({ where: { id: signInId } })
    return { signInId, personId, displayName: persona.name, email: persona.email, username: persona.username, groups: held, groupsVerifiedAt: now, roles: rolesOfGroups(held, map) }
  }
  const settle = approving(deps)
  const ask: Slice['ask'] = async (asker, profileId, durationMinutes = 60) => {
    const result = await createRequest(
      { ...settle, requestLapseHours: 72 },
      asker,
      { profileId, durationMinutes, justification: 'Looking into the failed payouts of this morning', ticketReference: 'OPS-1' },
      null,
      deps.clock(),
    )
    if (!result.ok) throw new Error(result.message)
    return result.requestId
  }
  const approve: Slice['approve'] = async (approver, requestId) => {
    const result = await settleRequest(settle, approver, requestId, null, { verdict: 'approve', reason: '', roleDigest: null }, deps.clock())
    if (!result.ok) throw new Error(result.message)
    return (await deps.db.grant.findUniqueOrThrow({ where: { requestId } })).id
  }
  const activeGrant: Slice['activeGrant'] = async (holder, profileId, durationMinutes) => {
    const ana = await viewer('ana', ['platform-leads', 'data-leads', 'vendor-managers', 'engineering'])
    const grantId = await approve(ana, await ask(holder, profileId, durationMinutes))
    await activateGrant(deps, grantId)
    const grant = await deps.db.grant.findUniqueOrThrow({ where: { id: grantId } })
    if (grant.state !== 'active') throw new Error(`The grant is ${grant.state}: ${grant.failureCode} ${grant.failureMessage}`)
    return grantId
  }
  return { viewer, ask, approve, activeGrant }
}

/** What deciding needs on this database. */
export const approving = (deps: Pick<GrantDeps, 'db' | 'queue'>): SettleDeps => ({ db: deps.db, firstIssuer: 'http://localhost:3001', carryOut: (request, now) => carryOut(deps.queue, request, now) })
