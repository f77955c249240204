import 'server-only'
import type { Viewer } from '#lib/people/viewer.ts'
import { type DecisionCode, decideDecision } from '#lib/requests/decide-decision.ts'
import { loadForDecision } from '#lib/requests/load-for-decision.ts'
import { approving } from './approving.ts'
import { getServices } from './services.ts'

const blocking: ReadonlySet<DecisionCode> = new Set(['own_request', 'not_entitled', 'already_decided', 'changed_profile', 'settled', 'lapsed'])

/** Why the viewer cannot decide a request now, and what would change that; null when they can. */
export async function whyNotDecide(viewer: Viewer, requestId: string): Promise<{ message: string; mend?: string } | null> {
  const services = await getServices()
  const now = services.clock()
  const loaded = await loadForDecision(approving(services), viewer, requestId, now)
  if (!loaded) return { message: 'There is no such request.' }
  const trial = decideDecision({ ...loaded.facts, currentRoleDigest: null }, { verdict: 'approve', reason: '', roleDigest: null }, now)
  if (trial.ok || !blocking.has(trial.code)) return null
  return { message: trial.message, ...(trial.mend ? { mend: trial.mend } : {}) }
}
