import { expect, test } from 'vitest'
import { openCircuit } from './circuit.ts'

const refusal = Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })
const silence = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })

function start() {
  let now = 0
  let asked = 0
  const circuit = openCircuit('AWS', () => now)
  const ask = async (error: Error | undefined) => {
    const answer = await circuit.ask(async () => {
      asked += 1
      if (error) throw error
      return { value: 1 }
    })
    return answer.ok ? 'ok' : answer.awsCode
  }
  return { ask, asked: () => asked, later: (ms: number) => (now += ms) }
}

test('after five silences in a row nobody waits any more; then one asks for all', async () => {
  const { ask, asked, later } = start()
  for (let count = 0; count < 5; count += 1) expect(await ask(silence)).toBe('TimeoutError')
  expect([await ask(undefined), asked()]).toEqual(['CircuitOpen', 5])
  later(15_000)
  expect(await Promise.all([ask(silence), ask(silence)])).toEqual(['TimeoutError', 'CircuitOpen'])
  later(14_999)
  expect(await ask(undefined)).toBe('CircuitOpen')
  later(1)
  expect([await ask(undefined), await ask(silence), await ask(undefined)]).toEqual(['ok', 'TimeoutError', 'ok'])
})

test('a refusal is an answer: it never opens the circuit, and it ends a row of silences', async () => {
  const { ask } = start()
  for (let count = 0; count < 20; count += 1) expect(await ask(refusal)).toBe('AccessDenied')
  for (let count = 0; count < 4; count += 1) await ask(silence)
  await ask(refusal)
  expect([await ask(silence), await ask(undefined)]).toEqual(['TimeoutError', 'ok'])
})
