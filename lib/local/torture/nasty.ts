import fc from 'fast-check'

/** Texts that broke somebody's parser, query or page before. */
const known = [
  '', ' ', '\0', 'a\0b', '\u{d800}', '\u{dfff}x', '\u{feff}', '\u202e', 'null', 'undefined', 'NaN', 'Infinity', '-0', '0', '-1', '1e309', '9'.repeat(400), '2147483648', '9223372036854775808', '0x10', '1,5',
  "' OR 1=1 --", '"; DROP TABLE request; --', '%', '_', '\\', '%00', '%ff', '%c0%af', '../../etc/passwd', '..\\..', '//evil.example', 'javascript:alert(1)', '\r\nSet-Cookie: a=b', '<script>alert(1)</script>', '{{7*7}}', '${7*7}',
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '[object Object]', '[]', '{}', '{"__proto__":{"ok":true}}', '$K1', '$1', '$undefined', '$@1', '$F1', '$$',
  '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-4000-8000-000000000000', '0000-01-01', '9999-12-31', '2026-02-30', '0000-01-01T00:00:00Z', '+275760-09-13T00:00:00.000Z', '-271821-04-20T00:00:00.000Z',
  'open~1~2026-01-01T00:00:00.000Z~00000000-0000-4000-8000-000000000000', 'open~9~+275760-09-13T00:00:00.000Z~00000000-0000-4000-8000-000000000000', 'open~0~-000001-01-01T00:00:00.000Z~00000000-0000-4000-8000-000000000000',
  '0000-01-01T00:00:00Z_00000000-0000-4000-8000-000000000000', '2026-01-01T00:00:00Z_00000000-0000-4000-8000-000000000000', '0000-01-01T00:00:00.000Z~00000000-0000-4000-8000-000000000000',
  'approve', 'deny', 'reveal', 'decide', 'payments-prod-read', 'sandbox-ci', '60', 'oidc2', 'error', '💥'.repeat(2_000), 'x'.repeat(5_000), 'e\u0301'.repeat(3_000), '\u{1f469}\u200d'.repeat(1_000), 'a'.repeat(100_000),
]

/** Any text: what broke parsers before, noise, and what looks almost right. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...known) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: fc.double().map(String) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...known), fc.constantFrom(...known)).map(([left, right]) => `${left.slice(0, 300)}${right.slice(0, 300)}`) },
)

/** References of React's reply encoding, whole, broken and circular. */
const references = [
  '$K', '$K1', '$K9', '$F', '$F1', '$F9', '$@', '$@1', '$@9', '$h1', '$Q1', '$W1', '$S1', '$Sreact.element', '$i1', '$A1', '$O1', '$o1', '$U1', '$L1', '$l1', '$G1', '$g1', '$M1', '$m1', '$V1', '$B1', '$R1', '$r1', '$X1', '$x1', '$C', '$T', '$T1', '$Y',
  '$1', '$2', '$1:0', '$1:__proto__', '$1:__proto__:then', '$1:constructor:constructor', '$1:then', '$0', '$0:0', '$D2026-01-01', '$Dx', '$D', '$n1', '$nx', '$n', `$n${'9'.repeat(5_000)}`, '$N', '$I', '$-0', '$-Infinity', '$Infinity', '$NaN', '$undefined', '$u', '$$', '$', '$ACTION_REF_1', '$E', '$Z', '$P1',
]
const leaf = fc.oneof({ weight: 3, arbitrary: fc.constantFrom<unknown>(...references) }, { weight: 2, arbitrary: nastyText.map((text) => text.slice(0, 2_000)) }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1e308, {}, []) })

/** JSON whose strings are references, with keys that pollute where they are copied carelessly. Written by hand: `__proto__` as a key has to arrive. */
export const nastyJson: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf.map((value) => JSON.stringify(value)),
    fc.array(tie('node'), { maxLength: 5 }).map((items) => `[${items.join(',')}]`),
    fc.array(fc.tuple(fc.constantFrom('__proto__', 'constructor', 'then', 'status', 'value', '_response', '_formData', '_prefix', '_chunks', 'get', 'roleDigest', 'definitionHash', 'profile', 'minutes', 'toJSON', 'a'), tie('node')), { maxLength: 5 }).map((pairs) => `{${pairs.map(([key, value]) => `"${key}":${value}`).join(',')}}`),
  ),
})).node

/** A value as JSON, with some of its leaves replaced. */
export function mutatedJson(value: unknown): fc.Arbitrary<string> {
  if (Array.isArray(value)) return fc.tuple(...value.map((item) => mutatedJson(item))).map((items) => `[${items.join(',')}]`)
  if (typeof value === 'object' && value !== null) {
    return fc.tuple(...Object.entries(value).map(([key, item]) => mutatedJson(item).map((json) => `${JSON.stringify(key)}:${json}`))).map((pairs) => `{${pairs.join(',')}}`)
  }
  return fc.oneof({ weight: 3, arbitrary: fc.constant(JSON.stringify(value)) }, { weight: 3, arbitrary: nastyText.map((text) => JSON.stringify(text)) }, { weight: 1, arbitrary: fc.double().map((number) => JSON.stringify(number)) }, { weight: 1, arbitrary: nastyJson })
}

/** Bytes with some flipped, left out, doubled, or cut off. */
export function damaged(bytes: Buffer): fc.Arbitrary<Buffer> {
  const at = fc.nat({ max: Math.max(0, bytes.length - 1) })
  const junk = fc.uint8Array({ maxLength: 40 }).map((noise) => Buffer.from(noise))
  return fc.oneof(
    fc.array(fc.tuple(at, fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }).map((flips) => {
      const copy = Buffer.from(bytes)
      for (const [place, value] of flips) if (copy.length > 0) copy[place] = value
      return copy
    }),
    fc.tuple(at, fc.nat({ max: 60 })).map(([place, length]) => Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + length)])),
    fc.tuple(at, junk).map(([place, noise]) => Buffer.concat([bytes.subarray(0, place), noise, bytes.subarray(place)])),
    at.map((place) => bytes.subarray(0, place)),
    at.map((place) => Buffer.concat([bytes, bytes.subarray(place)])),
    fc.constantFrom(Buffer.alloc(0), Buffer.from([0]), Buffer.from([0xff, 0xfe, 0xc0, 0xaf]), Buffer.alloc(300_000, 0x61), Buffer.concat([bytes, Buffer.alloc(270_000, 0x20)])),
  )
}
