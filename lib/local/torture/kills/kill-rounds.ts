import { spawn } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { minutes } from '#lib/config/clock.ts'
import { type Database, openDatabase } from '#lib/db/client.ts'
import { readConfig } from '#lib/config/config.ts'
import { anchorHead } from '#lib/record/checkpoints/anchor-head.ts'
import type { Checkpoint } from '#lib/record/checkpoints/checkpoint.ts'
import { keyRing } from '#lib/record/verify/key-ring.ts'
import { verifyChain } from '#lib/record/verify/verify-chain.ts'
import { createRandom, type Random } from '../../demo/random.ts'
import type { Stack } from '../../stack/start-stack.ts'
import { disagreements } from './agreement.ts'

export type KillReport = { rounds: number; requests: number; grants: number; leases: number; revocations: number; faults: string[] }

/** How long a warm worker goes on before it is killed, at most. */
const killWithinMs = 1_500

/**
 * Kills a worker with SIGKILL in the middle of asking, deciding, activating, minting, revoking and expiring, `rounds`
 * times, and starts another; then lets time pass until everything is over, and compares requests, grants, leases, the
 * record and AWS.
 */
export async function killRounds(stack: Stack, { rounds, seed, say, signal }: { rounds: number; seed: number; say: (text: string) => void; signal: AbortSignal }): Promise<KillReport> {
  const owner = openDatabase(stack.ownerUrl)
  const random = createRandom(seed)
  try {
    for (let round = 0; round < rounds && !signal.aborted; round += 1) {
      const victim = startVictim(stack, ['--seed', String(seed + round)])
      await victim.begun
      await new Promise((resolve) => setTimeout(resolve, random.whole(0, killWithinMs)))
      await expireSome(owner, random)
      victim.kill()
      await victim.exited
      if ((round + 1) % 25 === 0) say(`${round + 1} kills`)
    }
    // Stopped by somebody: what a round leaves behind is no fault.
    if (signal.aborted) throw new Error('Stopped.')
    await letEverythingEnd(stack, owner)
    const faults = [...(await disagreements(owner, stack.aws)), ...(await chainFaults(stack, owner))]
    return { rounds, requests: await owner.request.count(), grants: await owner.grant.count(), leases: await owner.lease.count(), revocations: await owner.revocation.count(), faults }
  } finally {
    await owner.$disconnect()
  }
}

type Victim = { begun: Promise<void>; exited: Promise<void>; kill(): void }

function startVictim(stack: Stack, args: readonly string[]): Victim {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS_|LATCHKEY_|OIDC_|VITEST)/.test(name)))
  const child = spawn(process.execPath, ['lib/local/torture/kills/victim.ts', ...args], { env: { NODE_ENV: 'production', ...inherited, ...stack.environment, AWS_EC2_METADATA_DISABLED: 'true' }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString('utf8')}`.slice(-4_000)))
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const begun = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => chunk.toString('utf8').includes('begun') && resolve())
    child.once('exit', () => reject(new Error(`A worker ended by itself.\n${said}`)))
  })
  return { begun, exited, kill: () => void child.kill('SIGKILL') }
}

/** The end of some grants is now: ends may only move earlier, and the sweep finds them beside everything else. */
async function expireSome(owner: Database, random: Random): Promise<void> {
  const active = await owner.grant.findMany({ where: { state: 'active' }, select: { id: true } })
  const due = active.filter(() => random.chance(0.15)).map(({ id }) => id)
  const now = new Date()
  // One that is over already, and was not swept yet, would end later.
  await owner.grant.updateMany({ where: { id: { in: due }, state: 'active', endsAt: { gt: now } }, data: { endsAt: now } })
}

/** Minutes ahead at which workers look again: past the patience of activations, then past every grant, lease and denial. */
const laterMinutes = [7, 60, 240]

async function letEverythingEnd(stack: Stack, owner: Database): Promise<void> {
  await owner.request.updateMany({ where: { state: 'pending' }, data: { lapsesAt: new Date() } })
  let ahead = 0
  for (const wanted of laterMinutes) {
    stack.aws.clock.advance(minutes(wanted) - ahead)
    ahead = minutes(wanted)
    const worker = startVictim(stack, ['--ahead', String(ahead)])
    await worker.begun
    await untilQuiet(owner, new Date(Date.now() + ahead), wanted === laterMinutes.at(-1))
    worker.kill()
    await worker.exited
  }
}

const patienceMs = 120_000

/**
 * Nothing is due at `now` any more, whatever it was. In the end no denial is left at all: one whose role was busy comes
 * back a moment later, and is not due meanwhile.
 */
async function untilQuiet(owner: Database, now: Date, last: boolean): Promise<void> {
  const giveUpAt = Date.now() + patienceMs
  while (Date.now() < giveUpAt) {
    const counts = await Promise.all([
      owner.request.count({ where: { state: 'pending', lapsesAt: { lte: now } } }),
      owner.grant.count({ where: { OR: [{ state: { in: ['scheduled', 'activating'] } }, { state: 'active', endsAt: { lte: now } }, { state: 'ending', credentialsDeadAt: { lte: now } }] } }),
      owner.lease.count({ where: { state: 'minting' } }),
      owner.revocation.count({ where: { closedAt: null, ...(last ? {} : { OR: [{ nextAttemptAt: { lte: now } }, { state: { in: ['wanted', 'written'] } }] }) } }),
      owner.recordPending.count(),
      owner.outboxMessage.count({ where: { spreadAt: null } }),
    ])
    if (counts.every((count) => count === 0)) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function chainFaults(stack: Stack, owner: Database): Promise<string[]> {
  const read = readConfig(stack.environment)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  const { record } = read.config
  await anchorHead(owner, record, new Date())
  const checkpoints = readFileSync(record.checkpointFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Checkpoint)
  const verdict = await verifyChain(owner, checkpoints, keyRing([createPublicKey(record.signingKey)]))
  return verdict.whole ? [] : [`The record is broken at ${verdict.brokenAt}: ${verdict.why}`]
}
