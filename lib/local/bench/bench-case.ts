/** One line of the benchmark. `holds` is false where a bound is missed; cases without a bound only inform. */
export type BenchCase = {
  name: string
  unit: string
  value: number
  /** The same work done the plainest way, in the same run; null where there is no such thing. */
  baseline: number | null
  ratio: number | null
  bound: number | null
  holds: boolean
  samples: number
}

const round = (value: number): number => Math.round(value * 100) / 100

/** A case whose value must not exceed `atMost`. */
export function atMost(name: string, unit: string, value: number, bound: number, samples: number, baseline: number | null = null): BenchCase {
  return { name, unit, value: round(value), baseline: baseline === null ? null : round(baseline), ratio: baseline ? round(value / baseline) : null, bound, holds: value <= bound, samples }
}

/** A case whose value must reach `atLeast`. */
export function atLeast(name: string, unit: string, value: number, bound: number, samples: number, baseline: number | null = null): BenchCase {
  return { name, unit, value: round(value), baseline: baseline === null ? null : round(baseline), ratio: baseline ? round(value / baseline) : null, bound: round(bound), holds: value >= bound, samples }
}

export function informs(name: string, unit: string, value: number, samples: number, baseline: number | null = null): BenchCase {
  return { name, unit, value: round(value), baseline: baseline === null ? null : round(baseline), ratio: baseline ? round(value / baseline) : null, bound: null, holds: true, samples }
}

/** What others measured is still said when one of them cannot. */
export async function orProblem(name: string, measure: () => Promise<BenchCase[]>): Promise<BenchCase[]> {
  try {
    return await measure()
  } catch (error) {
    console.error(error)
    return [{ ...informs(`${name} could not be measured`, '', 0, 0), holds: false }]
  }
}

/** The value below which `share` of the samples lie (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
