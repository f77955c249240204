import 'server-only'
import { createHmac } from 'node:crypto'
import type { Config } from '#lib/config/config.ts'
import { refuse, type Refusal } from '#lib/config/result.ts'
import { takeToken } from '#lib/db/take-token.ts'
import { requestAddress } from './request-address.ts'
import { getServices } from './services.ts'

export type Limited = keyof Config['perMinute']

const doings: Record<Limited, string> = { signIns: 'signed in', requests: 'asked for access', decisions: 'decided', reveals: 'taken credentials' }

/**
 * Counts one more for `subject`, in the database, so that every replica counts the same. A refusal when that is more
 * than the configured number a minute; undefined when it is not.
 */
export async function overLimit(what: Limited, subject: string): Promise<Refusal<'too_many'> | undefined> {
  const { db, config, clock } = await getServices()
  const perMinute = config.perMinute[what]
  if (await takeToken(db, `limit/${what}/${subject}`, { capacity: perMinute, refillPerSecond: perMinute / 60 }, clock())) return undefined
  return refuse('too_many', `You have ${doings[what]} more than ${perMinute} times within a minute.`, 'Wait a minute, then try again. Nothing you typed is lost.')
}

/** The same for whoever is not signed in: counted by address, which is kept only as a keyed hash. */
export async function overAddressLimit(what: Limited): Promise<Refusal<'too_many'> | undefined> {
  const { config } = await getServices()
  const address = await requestAddress()
  return overLimit(what, createHmac('sha256', config.secret).update(`address ${address}`).digest('base64url').slice(0, 22))
}
