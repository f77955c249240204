import type { Json } from '#lib/record/canonical-json.ts'

/** Fields of CloudTrail's answers that are, or open, something secret, in lower case (PRODUCT rule 6). */
const secret = new Set(['sessiontoken', 'secretaccesskey', 'secretstring', 'secretbinary', 'password', 'privatekey', 'signintoken', 'authorizationtoken', 'servicespecificcredentialpassword', 'servicepassword'])
export const withheld = 'withheld by Latchkey'

/** An event as CloudTrail wrote it, without what would give access. */
export function withholdSecrets(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withholdSecrets(item))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, secret.has(key.toLowerCase()) && typeof inner === 'string' ? withheld : withholdSecrets(inner)]))
}
