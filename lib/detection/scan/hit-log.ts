import { type Floats, floats, type Integers, integers } from './columns.ts'

/** Hits of rules on single events in columns: `rules` are positions among the rules, `files` among the files, `events` among the event ids. */
export type Hits = { count: number; rules: Integers; files: Integers; events: Integers; atMs: Floats; /** Times that were not written as CloudTrail does, by position. */ oddTimes: ReadonlyMap<number, string> }

/** A scan may find hundreds of thousands of hits: each takes some twenty bytes until it is printed. */
export class HitLog {
  readonly #rules = integers()
  readonly #files = integers()
  readonly #events = integers()
  readonly #atMs = floats()
  readonly #oddTimes = new Map<number, string>()

  /** `oddTime` is the time as it was written, where that is not CloudTrail's way. */
  push({ rule, event, atMs, file, oddTime }: { rule: number; event: number; atMs: number; file: number; oddTime: string | undefined }): void {
    if (oddTime !== undefined) this.#oddTimes.set(this.#rules.length, oddTime)
    this.#rules.push(rule)
    this.#files.push(file)
    this.#events.push(event)
    this.#atMs.push(atMs)
  }

  get data(): Hits {
    return { count: this.#rules.length, rules: this.#rules.chunks, files: this.#files.chunks, events: this.#events.chunks, atMs: this.#atMs.chunks, oddTimes: this.#oddTimes }
  }
}

/** As CloudTrail writes it, `2023-07-10T12:29:43Z`. */
export const plainTime = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z')
