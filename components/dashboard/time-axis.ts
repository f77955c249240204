/** Where a moment lies in a window, in percent; what lies outside is cut at the edge. */
export function percentOf(atMs: number, fromMs: number, toMs: number): number {
  if (toMs <= fromMs) return 0
  const share = ((atMs - fromMs) / (toMs - fromMs)) * 100
  return Math.round(Math.min(100, Math.max(0, share)) * 100) / 100
}

/** Whole steps inside the window, so that ticks fall on full hours and not on the window's edges. */
export function ticks(fromMs: number, toMs: number, most = 8): number[] {
  const hour = 3_600_000
  const steps = [hour / 4, hour / 2, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, 24 * hour]
  const step = steps.find((candidate) => (toMs - fromMs) / candidate <= most) ?? 24 * hour * Math.ceil((toMs - fromMs) / (24 * hour * most))
  const result: number[] = []
  for (let at = Math.ceil(fromMs / step) * step; at < toMs; at += step) result.push(at)
  return result
}
