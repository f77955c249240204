import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Claims, type GroupClaim, readGroups } from './read-groups.ts'

const at = (claim: string, more: Partial<GroupClaim> = {}): GroupClaim => ({ claim, prefix: '', foreignPrefixes: [], ...more })
const read = (groups: string[]) => ({ state: 'read', groups })
const absent = { state: 'absent' }

test.each<[string, Claims, string, unknown]>([
  ['an array', { groups: ['a', 'b', 'a'] }, 'groups', read(['a', 'b'])],
  ['one name', { groups: 'a' }, 'groups', read(['a'])],
  ['one name with spaces and commas, which is one name', { groups: 'platform leads, EU' }, 'groups', read(['platform leads, EU'])],
  ['an address, which is a name and never fetched', { groups: ['https://graph.microsoft.com/v1.0/me'] }, 'groups', read(['https://graph.microsoft.com/v1.0/me'])],
  ['none of them', { groups: [] }, 'groups', read([])],
  ['none sent', {}, 'groups', absent],
  ['things that are no names', { groups: ['a', 7, null, { b: 1 }, ''] }, 'groups', read(['a'])],
  ['an object', { groups: { a: true } }, 'groups', absent],
  ['a claim called by an address', { 'https://northwind.example/groups': ['a'] }, 'https://northwind.example/groups', read(['a'])],
  ['a claim with a colon', { 'cognito:groups': ['a'] }, 'cognito:groups', read(['a'])],
  ['a path', { realm_access: { roles: ['a'] } }, 'realm_access.roles', read(['a'])],
  ['a claim called like a path, which comes before the path', { 'a.b': ['exact'], a: { b: ['inner'] } }, 'a.b', read(['exact'])],
  ['a path through something that is no object', { a: ['b'] }, 'a.b', absent],
  ['a path into what every object inherits', {}, 'constructor.name', absent],
  ['the name of what every object inherits', {}, '__proto__', absent],
  ['too many to send', { _claim_names: { groups: 'src1' } }, 'groups', { state: 'too_many' }],
  ['too many to send, but of another claim', { _claim_names: { wids: 'src1' } }, 'groups', absent],
  ['sent although a source is named too', { groups: ['a'], _claim_names: { groups: 'src1' } }, 'groups', read(['a'])],
])('groups as %s', (_name, claims, claim, expected) => {
  expect(readGroups(claims, at(claim))).toEqual(expected)
})

test('five hundred groups are read, each once and in their order', () => {
  const groups = Array.from({ length: 500 }, (_, index) => `group-${index}`)
  expect(readGroups({ groups: [...groups, ...groups] }, at('groups'))).toEqual(read(groups))
})

test('groups of two providers never meet: one is prefixed, and the other cannot pass for it', () => {
  const names = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ':', 'p', 'partner:'), maxLength: 6 }))
  fc.assert(
    fc.property(names, names, (first, second) => {
      const own = readGroups({ groups: first }, at('groups', { foreignPrefixes: ['partner:'] }))
      const partner = readGroups({ groups: second }, at('groups', { prefix: 'partner:' }))
      if (own.state !== 'read' || partner.state !== 'read') throw new Error('Both were sent.')
      expect(own.groups.filter((group) => partner.groups.includes(group))).toEqual([])
    }),
  )
})

test('whatever a provider sends, only storable names that it sent come out', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (claims, claim) => {
      const reading = readGroups(claims, at(claim))
      if (reading.state !== 'read') return
      for (const group of reading.groups) {
        expect(JSON.stringify(claims)).toContain(JSON.stringify(group).slice(1, -1))
        expect(group.includes('\0') || !group.isWellFormed()).toBe(false)
      }
    }),
  )
})
