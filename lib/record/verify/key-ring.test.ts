import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect, test } from 'vitest'
import { signCheckpoint, signSuccession } from '../checkpoints/checkpoint.ts'
import { checkpointFault, keyRing } from './key-ring.ts'

const now = new Date('2026-05-01T10:00:00.000Z')
const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey
const [first, second, third, stranger] = [newKey(), newKey(), newKey(), newKey()]
const hash = 'a'.repeat(64)
const successions = [signSuccession(second, third, '20', now), signSuccession(first, second, '10', now)]
const fault = (trusted: KeyObject, signer: KeyObject, sequence: string) => checkpointFault(signCheckpoint({ sequence, hash }, signer, now), keyRing([createPublicKey(trusted)], successions))

test.each([
  ['the first key', first],
  ['the second', second],
  ['the third', third],
])('whoever trusts %s alone can trust what every key signed while it was in use', (_, trusted) => {
  expect(fault(trusted, first, '10')).toBeUndefined()
  expect(fault(trusted, second, '20')).toBeUndefined()
  expect(fault(trusted, third, '1000')).toBeUndefined()
})

test('a key that handed over signs nothing beyond that', () => {
  expect(fault(third, first, '11')).toContain('had handed over')
  expect(fault(first, second, '21')).toContain('had handed over')
})

test('a stranger\'s key counts for nothing, nor does a succession that one of its keys did not sign', () => {
  expect(fault(first, stranger, '5')).toContain('does not vouch')
  const forged = { ...signSuccession(first, stranger, '10', now), byPrevious: signSuccession(stranger, stranger, '10', now).byPrevious }
  const ring = keyRing([createPublicKey(first)], [forged])
  expect([...ring.keys()]).toHaveLength(1)
  const moved = { ...signSuccession(first, second, '10', now), sequence: '99' }
  expect([...keyRing([createPublicKey(first)], [moved]).keys()]).toHaveLength(1)
})

test('a checkpoint whose words were changed is not signed', () => {
  const checkpoint = { ...signCheckpoint({ sequence: '5', hash }, first, now), sequence: '6' }
  expect(checkpointFault(checkpoint, keyRing([createPublicKey(first)]))).toContain('not signed by the key')
})
