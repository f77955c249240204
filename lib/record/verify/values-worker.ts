/** Checks pieces of a record file in a thread of its own; see `values-thread.ts`. */
import { parentPort } from 'node:worker_threads'
import { checkValues } from './check-values.ts'

parentPort?.on('message', (piece: Uint8Array) => {
  parentPort?.postMessage(checkValues(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)) ?? null, [])
})
