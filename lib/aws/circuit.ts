import { awsFailure, type AwsFailure, type AwsResult } from './aws-failure.ts'

/** A dependency that failed this often in a row is left alone for a while: pages stay quick, and AWS is not hammered. */
const failuresToOpen = 5
const openMs = 15_000
/** Retries included, no question takes longer, unless its port says otherwise. */
const usualPatienceMs = 12_000

export type CircuitState = { failures: number; openUntil: number }

/** What a circuit is after an answer. Only silence and nonsense open it: a refusal is an answer. */
export function nextCircuit(state: CircuitState, failure: AwsFailure | undefined, now: number): CircuitState {
  if (failure?.code !== 'unavailable') return { failures: 0, openUntil: 0 }
  const failures = state.failures + 1
  return { failures, openUntil: failures >= failuresToOpen ? now + openMs : 0 }
}

/** Whether AWS is asked. When the pause is over one question goes first; its answer decides for the rest. */
export function decideAsk(state: CircuitState, now: number): { ask: boolean; next: CircuitState } {
  if (state.failures < failuresToOpen) return { ask: true, next: state }
  if (now < state.openUntil) return { ask: false, next: state }
  return { ask: true, next: { ...state, openUntil: now + openMs } }
}

export type Circuit = { ask<Value extends object>(question: (signal: AbortSignal) => Promise<Value>): Promise<AwsResult<Value>> }

/**
 * The frame of every question to one service of AWS: a time limit over all its retries, failures as the product's own,
 * and after several silences in a row an answer at once instead of another wait. The clock is the process's own: nothing
 * is decided by it but whether to ask.
 */
export function openCircuit(name: string, clock: () => number = () => performance.now(), patienceMs = usualPatienceMs): Circuit {
  let state: CircuitState = { failures: 0, openUntil: 0 }
  return {
    ask: async (question) => {
      const { ask, next } = decideAsk(state, clock())
      state = next
      if (!ask) return { ok: false, code: 'unavailable', awsCode: 'CircuitOpen', message: `${name} did not answer several times in a row; it is asked again in a few seconds.`, retryable: true }
      try {
        const value = await inTime(question, patienceMs)
        state = nextCircuit(state, undefined, clock())
        return { ok: true, ...value }
      } catch (error) {
        const failure = awsFailure(error)
        state = nextCircuit(state, failure, clock())
        return failure
      }
    },
  }
}

/** The limit holds whether or not the question listens to its signal. */
async function inTime<Value>(question: (signal: AbortSignal) => Promise<Value>, patienceMs: number): Promise<Value> {
  const signal = AbortSignal.timeout(patienceMs)
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  return Promise.race([question(signal), late])
}
