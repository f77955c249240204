import { createHash, randomBytes, randomUUID } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

const spell = (bytes: Buffer): string => [...bytes].map((byte) => alphabet[byte % 32]).join('')

/**
 * Unique ids by AWS's prefixes, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 * Seeded things get an id derived from their ARN, so that restarts agree; what is created later gets a fresh one, so that
 * a role deleted and created again is another role, as in AWS.
 */
export const seededId = (prefix: 'AROA' | 'AIDA' | 'ANPA', arn: string): string =>
  prefix + spell(createHash('sha256').update(arn).digest().subarray(0, 17))
export const freshId = (prefix: 'AROA' | 'AIDA' | 'ANPA' | 'AKIA' | 'ASIA'): string =>
  prefix + spell(randomBytes(prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17))
export const freshSecret = (): string => randomBytes(30).toString('base64')
export const freshUuid = (): string => randomUUID()
export const shortHex = (bytes = 8): string => randomBytes(bytes).toString('hex')
export const seededHex = (text: string, length = 17): string => createHash('sha256').update(text).digest('hex').slice(0, length)
export const seededUuid = (text: string): string => seededHex(text, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
