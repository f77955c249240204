export type CheckState = 'ok' | 'warn' | 'broken'

/** One line of the doctor: what it looked at, what it found, and what mends it. */
export type Check = { id: string; group: string; name: string; state: CheckState; detail: string; mend: string | null }

type Place = Pick<Check, 'id' | 'group' | 'name'>
type Fault = { serious: boolean; what: string; mend: string }

export const fine = (place: Place, detail: string): Check => ({ ...place, state: 'ok', detail, mend: null })
export const broken = (place: Place, detail: string, mend: string): Check => ({ ...place, state: 'broken', detail, mend })

/** One check of all that was found: as bad as its worst, each fault and each different mend said once. */
export function fromFaults(place: Place, faults: readonly Fault[], otherwise: string): Check {
  if (faults.length === 0) return fine(place, otherwise)
  const mend = [...new Set(faults.map((fault) => fault.mend))].join(' ')
  return { ...place, state: faults.some((fault) => fault.serious) ? 'broken' : 'warn', detail: faults.map((fault) => fault.what).join(' '), mend }
}

/** Runs one check; what hangs or throws is a finding like any other, and holds up nothing else. Milliseconds. */
export async function within(place: Place, ms: number, mend: string, check: () => Promise<Check>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Check>((resolve) => {
    timer = setTimeout(() => resolve(broken(place, `No answer within ${ms / 1_000} seconds.`, mend)), ms)
  })
  try {
    return await Promise.race([check(), late])
  } catch (error) {
    return broken(place, error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? error.name) : 'It did not answer.', mend)
  } finally {
    clearTimeout(timer)
  }
}
