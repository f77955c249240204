/** What a record entry may hold: JSON without undefined, functions or dates (write those as ISO 8601 text). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * JSON in one canonical spelling, so that equal facts are equal bytes: keys sorted by UTF-16 code units, no white
 * space, numbers as ECMAScript prints them (RFC 8785, JSON Canonicalization Scheme). Throws on NaN and infinities.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('A record entry cannot hold a number that is not finite.')
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`
  const fields = value as { readonly [key: string]: Json }
  const parts = Object.keys(fields)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(fields[key] as Json)}`)
  return `{${parts.join(',')}}`
}
