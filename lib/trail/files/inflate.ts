import { createGunzip, type Gunzip } from 'node:zlib'

type Inflated = { ok: true } | { ok: false; reason: 'damaged' | 'too_large' }
export type Inflate = {
  /** Waits until the piece has gone through, so that no more than one is in memory. Never throws. */
  take: (chunk: Uint8Array) => Promise<void>
  /** Says how it went, when everything was given. */
  end: () => Promise<Inflated>
}

/**
 * Gives the content of a file that arrives piece by piece, gzip or plain, as it comes. What a gzip that is cut off or
 * damaged still holds is given; beyond `maxBytes` of content nothing is.
 */
export function openInflate(give: (content: Buffer) => void, maxBytes: number): Inflate {
  let size = 0
  let outcome: Inflated = { ok: true }
  // What it is, its first two bytes tell.
  let first: Buffer = Buffer.alloc(0)
  let form: Gunzip | 'plain' | undefined
  const pass = (content: Buffer): void => {
    size += content.length
    if (outcome.ok && size > maxBytes) outcome = { ok: false, reason: 'too_large' }
    if (outcome.ok) give(content)
    else if (typeof form === 'object') form.destroy()
  }
  const fail = (): void => {
    if (outcome.ok) outcome = { ok: false, reason: 'damaged' }
  }
  const write = async (chunk: Uint8Array): Promise<void> => {
    form ??= chunk[0] === 0x1f && chunk[1] === 0x8b ? createGunzip().on('data', pass).on('error', fail) : 'plain'
    if (form === 'plain') pass(Buffer.from(chunk))
    else if (!form.destroyed) await settled(form, (gunzip, done) => gunzip.write(chunk, done))
  }
  return {
    take: async (chunk) => {
      if (form) return write(chunk)
      first = Buffer.concat([first, chunk])
      if (first.length >= 2) await write(first)
    },
    end: async () => {
      if (!form) pass(first)
      else if (form !== 'plain' && !form.closed) await settled(form, (gunzip) => gunzip.end())
      return outcome
    },
  }
}

/** Until the step is done or the stream is over: one that fails forgets whom it should have called. */
function settled(gunzip: Gunzip, step: (gunzip: Gunzip, done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      gunzip.off('close', done)
      resolve()
    }
    gunzip.on('close', done)
    step(gunzip, done)
  })
}
