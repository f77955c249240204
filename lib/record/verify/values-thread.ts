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
  #piece: Buffer<ArrayBuffer>
  #used = 0
  #worker: Worker | undefined
  #waiting = 0
  #first: Break | undefined
  #failure: Error | undefined
  #wake: (() => void) | undefined

  constructor(pieceBytes: number) {
    this.#piece = Buffer.allocUnsafeSlow(pieceBytes)
  }

  /** The next bytes of the file; waits while too much waits to be checked. */
  async take(bytes: Uint8Array): Promise<void> {
    if (this.#used + bytes.length > this.#piece.length) this.#send(bytes.length)
    this.#piece.set(bytes, this.#used)
    this.#used += bytes.length
    while (this.#waiting > mostWaiting) await this.#answer()
  }

  /** Hands the piece over, up to the last entry that begins in it, so that its values stay with it; then there is room for `more` bytes. */
  #send(more: number): void {
    const all = this.#piece.subarray(0, this.#used)
    const cut = all.lastIndexOf(entryStart) + 1
    const rest = all.subarray(cut)
    const piece = this.#piece
    this.#piece = Buffer.allocUnsafeSlow(Math.max(piece.length, rest.length + more))
    this.#piece.set(rest)
    this.#used = rest.length
    if (cut === 0) return
    this.#worker ??= this.#open()
    this.#waiting += 1
    this.#worker.postMessage(piece.subarray(0, cut), [piece.buffer])
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
      return this.#first ?? checkValues(this.#piece.subarray(0, this.#used))
    } finally {
      await this.#worker?.terminate()
    }
  }
}
