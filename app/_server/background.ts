import { readFile } from 'node:fs/promises'
import { after, minutes, seconds } from '#lib/config/clock.ts'
import { loadCatalog } from '#lib/catalog/load-catalog.ts'
import { describeProblem } from '#lib/catalog/parse-catalog.ts'
import { detectGrant } from '#lib/detection/detect-grant.ts'
import { forgetMatches, raiseFindings } from '#lib/detection/raise/raise-findings.ts'
import { containGrants } from '#lib/detection/triage/contain-grants.ts'
import { watchDigests } from '#lib/detection/digests/watch-digests.ts'
import { watchRoles } from '#lib/detection/emergency/watch-roles.ts'
import { resumeAssignments } from '#lib/grants/assignments/resume-assignments.ts'
import { settleAssignment } from '#lib/grants/assignments/settle-assignment.ts'
import { activateGrant } from '#lib/grants/activate-grant.ts'
import { resumeCutoffs } from '#lib/grants/cutoff/resume-cutoffs.ts'
import { runCutoff } from '#lib/grants/cutoff/run-cutoff.ts'
import { endBarredGrants } from '#lib/grants/end-barred-grants.ts'
import { finishDueGrants, finishGrant } from '#lib/grants/finish-grants.ts'
import { resumeActivations } from '#lib/grants/resume-activations.ts'
import { revokeGrant } from '#lib/grants/revoke-grant.ts'
import { resumeRevocations } from '#lib/grants/resume-revocations.ts'
import { reconcile } from '#lib/grants/reconcile/reconcile.ts'
import { resumeVendorRoles } from '#lib/grants/vendor/resume-vendor-roles.ts'
import { markLostLeases } from '#lib/grants/lost-leases.ts'
import { sendMails } from '#lib/notify/send-mails.ts'
import { spreadMessages } from '#lib/notify/spread-messages.ts'
import { tellOverdueReviews } from '#lib/notify/tell-overdue-reviews.ts'
import { tellEndings } from '#lib/grants/tell-endings.ts'
import { absorbQueued } from '#lib/jobs/absorb-queued.ts'
import { type Loop, startLoop } from '#lib/jobs/loop.ts'
import { anchorHead } from '#lib/record/checkpoints/anchor-head.ts'
import { sealAll } from '#lib/record/seal-entries.ts'
import { buildExport } from '#lib/reports/exports/build-export.ts'
import { keepExports } from '#lib/reports/exports/keep-exports.ts'
import { expirePersonal } from '#lib/reports/privacy/expire-personal.ts'
import { isAnythingHeld } from '#lib/reports/privacy/legal-holds.ts'
import { remindReviewers } from '#lib/reports/reviews/remind-reviewers.ts'
import { runVerification } from '#lib/reports/record/run-verification.ts'
import { verifyDaily } from '#lib/reports/record/verify-on-demand.ts'
import { escalateRequests } from '#lib/requests/escalate-requests.ts'
import { lapseRequests } from '#lib/requests/lapse-requests.ts'
import { watchTrails } from '#lib/trail/health/watch-trails.ts'
import { keepAccountRegions } from '#lib/trail/keep-account-regions.ts'
import { keepTrailPartitions } from '#lib/trail/keep-trail-partitions.ts'
import { readSources } from '#lib/trail/sources/read-sources.ts'
import { pollTrail } from '#lib/trail/poll-trail.ts'
import { sendCheckpoints } from '#lib/record/checkpoints/send-checkpoints.ts'
import { beat } from '#lib/db/heartbeat.ts'
import { forgetBudgets } from '#lib/db/take-token.ts'
import { anchorPlaces } from './anchor-places.ts'
import { logError, logInfo } from './log.ts'
import { ConfigurationError, type Services } from './services.ts'
import { inSpan } from './tracing/in-span.ts'

/** Loads the catalogue file into the database; a mistake in it names line and field and stops the start. */
export async function readCatalog({ db, config, clock }: Services): Promise<void> {
  const source = await readFile(config.catalogFile, 'utf8').catch(() => {
    throw new ConfigurationError([`CATALOG_FILE: ${config.catalogFile} cannot be read.`])
  })
  const result = await loadCatalog(db, source, clock())
  if (!result.ok) throw new ConfigurationError(result.problems.map((problem) => `${config.catalogFile}, ${describeProblem(problem)}`))
  const { added, changed, removed, proposed } = result.summary
  logInfo('catalogue', `${added.length} added, ${changed.length} changed, ${removed.length} no longer offered, ${proposed.length} proposed`)
}

/** Longer than there is anything to keep. */
const keptWhileHeldDays = 36_500

export type Background = { stop(): Promise<void> }

/** Starts what happens without anybody asking. Every replica runs this; each step is safe beside itself. */
export async function startBackground(services: Services): Promise<Background> {
  const { db, queue, config, clock } = services
  await queue.work({
    'grant.activate': ({ grantId }) => inSpan('job grant.activate', {}, () => activateGrant(services, grantId)),
    'grant.end': async ({ grantId }) => void (await inSpan('job grant.end', {}, () => finishGrant(services, grantId))),
    'grant.detect': async ({ grantId }) => {
      await absorbQueued(db, 'grant.detect', { grantId })
      await inSpan('job grant.detect', {}, () => detectGrant(services, grantId))
    },
    'grant.revoke': ({ grantId }) => inSpan('job grant.revoke', {}, () => revokeGrant(services, grantId)),
    'role.cutoff': ({ cutoffId }) => inSpan('job role.cutoff', {}, () => runCutoff(services, cutoffId)),
    'record.verify': ({ verificationId }) => inSpan('job record.verify', {}, () => runVerification({ db, clock, record: config.record, anchorBucket: services.anchorBucket }, verificationId)),
    'export.build': ({ exportId }) => inSpan('job export.build', {}, () => buildExport({ db, clock, signingKey: config.record.signingKey }, exportId)),
    'assignment.settle': ({ assignmentId }) => inSpan('job assignment.settle', {}, () => settleAssignment(services, assignmentId)),
  })
  const loop = (name: string, everyMs: number, step: () => Promise<unknown>): Loop =>
    startLoop(
      everyMs,
      async () => {
        const problem = problemIn(await step())
        await beat(db, name, problem === null ? { ok: true } : { ok: false, message: problem }, clock())
      },
      (error) => {
        logError(name, error)
        beat(db, name, { ok: false, message: error instanceof Error ? error.message : 'failed' }, clock()).catch(() => undefined)
      },
    )
  const loops = [
    loop('sealer', 500, () => sealAll(db, clock())),
    loop('checkpoints', 10_000, () => anchorHead(db, config.record, clock())),
    loop('verifying', 60_000, () => verifyDaily(services, clock())),
    loop('ending', 1_000, () => finishDueGrants(services)),
    loop('eligibility', 5_000, () => endBarredGrants(services)),
    loop('activation', 15_000, () => resumeActivations(services, (error) => logError('activation', error))),
    loop('revocation', 1_000, () => resumeDenials(services)),
    loop('assignments', 1_000, () => resumeAssignments(services, (error) => logError('assignments', error))),
    loop('vendors', 1_000, () => resumeVendorRoles(services, (error) => logError('vendors', error))),
    loop('trail', 1_000, () => askTrail(services)),
    loop('trails', 10_000, () => watchTrails(services)),
    loop('regions', 30_000, () => keepAccountRegions(services)),
    loop('detecting', 500, async () => {
      await raiseFindings(services)
      await containGrants(services)
    }),
    // A legal hold keeps what is there.
    loop('partitions', minutes(60), async () => keepTrailPartitions(db, (await isAnythingHeld(db)) ? keptWhileHeldDays : config.trailRetentionDays, clock())),
    loop('retention', minutes(10), () => expirePersonal(db, config.retention, clock())),
    loop('exports', 15_000, () => keepExports(services)),
    loop('roles', 5_000, () => watchRoles({ ...services, emergencyRole: config.emergencyRole })),
    ...sourceLoops(services, loop),
    ...anchorPlaces(services).map((place) => loop(`anchor/${place.name}`, 30_000, () => sendCheckpoints(db, place, clock()))),
    loop('lapsing', 5_000, () => lapseRequests(db, clock())),
    loop('escalating', 5_000, () => escalateRequests(db, clock())),
    loop('tidying', 60_000, () => tidy(services)),
    // Whether each identity provider answers, for the sign-in page; endpoints that moved are taken along.
    ...config.oidc.map(({ id }) => loop(`provider/${id}`, 5_000, () => services.provider.check(id))),
    loop('telling', 1_000, () => spreadMessages({ db, groupRoles: config.groupRoles, mails: config.mail !== undefined }, clock())),
    loop('reminding', 15_000, () => remind(services)),
    ...mailLoop(services, loop),
    loop('reconciler', 30_000, () => reconcileAll(services)),
    loop('leases', 15_000, () => markLostLeases(db, after(clock(), -minutes(2)), clock())),
  ]
  return {
    stop: async () => {
      await Promise.all(loops.map((running) => running.stop()))
      await queue.stop()
    },
  }
}

/** Of the sessions of one grant, and of everybody in a role. */
async function resumeDenials(services: Services): Promise<void> {
  const onError = (error: unknown): void => logError('revocation', error)
  await resumeRevocations(services, onError)
  await resumeCutoffs(services, onError)
}

/** Its heartbeat is a failure while something could not be looked at; what is due is gone on with. */
async function reconcileAll(services: Services): Promise<void> {
  const { failed } = await reconcile(services, (error) => logError('reconciler', error))
  if (failed.length > 0) throw new Error(`${failed.length} could not be compared with AWS: ${failed[0]}`)
}

/** What time alone brings about. */
async function remind({ db, clock }: Services): Promise<void> {
  await tellEndings(db, clock())
  await tellOverdueReviews(db, clock())
  await remindReviewers(db, clock())
}

async function tidy({ db, clock }: Services): Promise<void> {
  await forgetBudgets(db, after(clock(), -minutes(60)))
  await forgetMatches(db, clock())
}

/** What AWS refuses of one account is no error of the portal: the step says it, and Health shows it until it is mended. */
const problemIn = (answer: unknown): string | null => (typeof answer === 'object' && answer !== null && 'problem' in answer && typeof answer.problem === 'string' ? answer.problem : null)

/** Nothing where no bucket and no queue is configured. Each source has a heartbeat of its own for what AWS answers. */
function sourceLoops(services: Services, loop: (name: string, everyMs: number, step: () => Promise<unknown>) => Loop): Loop[] {
  const { trailSources } = services.config
  if (trailSources.length === 0) return []
  return [loop('sources', 1_000, () => readSources(services, trailSources, { waitSeconds: 5 })), loop('digests', 60_000, () => watchDigests(services, trailSources))]
}

function mailLoop({ db, clock, config, mailer }: Services, loop: (name: string, everyMs: number, step: () => Promise<unknown>) => Loop): Loop[] {
  const { mail, publicUrl } = config
  return mail && mailer ? [loop('mail', 1_000, () => sendMails({ db, clock, mailer, from: mail.from, publicUrl }))] : []
}

/** Each account's Region has a heartbeat of its own for what AWS answers; this loop's says only that it is asked. */
async function askTrail(services: Services): Promise<void> {
  await pollTrail({ ...services, pace: { activeMs: seconds(services.config.trailPollSeconds) } })
}
