import { Worker } from 'node:worker_threads'
import type { Break } from './chain-verifier.ts'
import { checkValues } from './check-values.ts'

const entryStart = Buffer.from('\ne\t')
const mostWaiting = 4

/**
 * Checks the personal values of a record file beside whoever follows its chain: both take about as long. What is shorter
 * than a piece is checked at the end without a thread.
 */
export class ValuesThread {
  readonly #pieceBytes: number
  #rest: Buffer[] = []
  #restBytes = 0
  #worker: Worker | undefined
  #waiting = 0
  #first: Break | undefined
  #failure: Error | undefined
  #wake: (() => void) | undefined

  constructor(pieceBytes: number) {
    this.#pieceBytes = pieceBytes
  }

  /** The next bytes of the file; waits while too much waits to be checked. */
  async take(bytes: Uint8Array): Promise<void> {
    this.#rest.push(Buffer.from(bytes))
    this.#restBytes += bytes.length
    if (this.#restBytes < this.#pieceBytes) return
    const all = Buffer.concat(this.#rest)
    // Up to the last entry that begins here, so that its values stay with it.
    const cut = all.lastIndexOf(entryStart) + 1
    if (cut > 0) this.#send(all.subarray(0, cut))
    this.#rest = [all.subarray(cut)]
    this.#restBytes = all.length - cut
    while (this.#waiting > mostWaiting) await this.#answer()
  }

  #send(piece: Uint8Array): void {
    this.#worker ??= this.#open()
    this.#waiting += 1
    this.#worker.postMessage(piece, [])
  }

  #open(): Worker {
    const worker = new Worker(new URL('values-worker.ts', import.meta.url))
    worker.on('message', (broken: Break | null) => {
      this.#waiting -= 1
      // Pieces are answered in their order.
      if (broken) this.#first ??= broken
      this.#wake?.()
    })
    worker.on('error', (error) => {
      this.#failure = error
      this.#wake?.()
    })
    return worker
  }

  async #answer(): Promise<void> {
    if (this.#failure) throw this.#failure
    await new Promise<void>((resolve) => (this.#wake = resolve))
    if (this.#failure) throw this.#failure
  }

  /** After the last bytes: the first value of the file that is not what was committed to. */
  async end(): Promise<Break | undefined> {
    try {
      while (this.#waiting > 0) await this.#answer()
      return this.#first ?? checkValues(Buffer.concat(this.#rest))
    } finally {
      await this.#worker?.terminate()
    }
  }
}
