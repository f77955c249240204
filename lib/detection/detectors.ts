import type { Detector } from './detector.ts'
import { deniedBurst } from './detectors/denied-burst.ts'
import { otherNetwork } from './detectors/other-network.ts'
import { outlivingWrites } from './detectors/outliving-writes.ts'
import { outsideScope } from './detectors/outside-scope.ts'
import { roleChaining } from './detectors/role-chaining.ts'
import { severalNetworks } from './detectors/several-networks.ts'
import { digestDetector } from './digests/draft-of-problem.ts'
import { emergencyDetector } from './emergency/emergency-use.ts'
import { outsideRecordRule } from './watch/outside-record.ts'
import { useAfterEnd } from './detectors/use-after-end.ts'

/** The product's own rules, in the order they run. */
export const detectors: readonly Detector[] = [useAfterEnd, otherNetwork, severalNetworks, deniedBurst, outlivingWrites, outsideScope, roleChaining]

/** Sigma rules say what they found in the finding's title. */
export function detectorName(id: string): string {
  if (id.startsWith('sigma:')) return 'Sigma rule'
  if (id === outsideRecordRule) return 'Outside the record'
  return [...detectors, emergencyDetector, digestDetector].find((detector) => detector.id === id)?.name ?? id
}
