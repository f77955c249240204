import { createHash, type KeyObject } from 'node:crypto'
import { checkpointSchema, successionSchema } from '../checkpoints/checkpoint.ts'
import type { KeptOutside } from '../checkpoints/read-checkpoints.ts'
import { genesisHash } from '../chain.ts'
import { fileMark, fileVersion, verifyEnd } from '../file/record-file.ts'
import { readLines } from '../file/read-lines.ts'
import { Anchors } from './anchors.ts'
import { type Break, ChainVerifier } from './chain-verifier.ts'
import { differingValue } from './entry-words.ts'
import { type KeyRing, keyRing } from './key-ring.ts'

export type FileVerdict =
  | { whole: true; scope: string; writtenAt: string; entries: number; /** The last entry of the chain that the file reaches, and how far checkpoints vouch for it. */ upTo: number; anchoredUpTo: number }
  | ({ whole: false } & Break)

/**
 * Verifies a record file, whole or an excerpt, with nothing but public keys and what is kept outside the database. Names
 * the first entry that was changed, removed, inserted or moved; a file without its signed end was cut off.
 */
export async function verifyFile(chunks: AsyncIterable<Uint8Array>, outside: KeptOutside, keys: readonly KeyObject[]): Promise<FileVerdict> {
  const reader = new FileVerifier(outside, keys)
  for await (const lines of readLines(chunks)) {
    const broken = reader.read(lines)
    if (broken) return { whole: false, ...broken }
  }
  return reader.end()
}

const tab = 0x09
const mark = { k: 0x6b, c: 0x63, s: 0x73, e: 0x65, p: 0x70, l: 0x6c, z: 0x7a }

class FileVerifier {
  readonly #outside: KeptOutside
  readonly #keys: readonly KeyObject[]
  readonly #digest = createHash('sha256')
  #head: { scope: string; writtenAt: string; keyId: string } | undefined
  #successions: KeptOutside['successions']
  #anchors: Anchors | undefined
  #early: KeptOutside['checkpoints'] = []
  #chain: ChainVerifier | undefined
  #body: Buffer | string = ''
  #at: { brokenAt: string; entryId: string } | undefined
  #entries = 0
  #vouched = 0n
  #end: { digest: string; signature: string; found: string } | undefined

  constructor(outside: KeptOutside, keys: readonly KeyObject[]) {
    this.#outside = outside
    this.#keys = keys
    this.#successions = [...outside.successions]
  }

  /** Lines that lie behind each other in one piece of memory. */
  read(lines: readonly Buffer[]): Break | undefined {
    if (this.#end) return this.#here('Something stands behind the end of the file.')
    const first = lines[0] as Buffer
    const last = lines.at(-1) as Buffer
    const isEnd = last[0] === mark.z && last[1] === tab
    const until = isEnd ? last.byteOffset : last.byteOffset + last.length + 1
    this.#digest.update(new Uint8Array(first.buffer, first.byteOffset, Math.min(until, first.buffer.byteLength) - first.byteOffset))
    for (const line of lines) {
      const broken = this.#end ? this.#here('Something stands behind the end of the file.') : this.#line(line)
      if (broken) return broken
    }
    return undefined
  }

  #line(line: Buffer): Break | undefined {
    if (!this.#head) return this.#readHead(line)
    switch (line[0]) {
      case mark.e:
        return this.#entry(line)
      case mark.p:
        return this.#value(line)
      case mark.l:
        return this.#link(line)
      default:
        return this.#seldom(line.toString('utf8').split('\t'))
    }
  }

  #readHead(line: Buffer): Break | undefined {
    const [name, version, scope = '', writtenAt = '', keyId = ''] = line.toString('utf8').split('\t')
    if (name !== fileMark) return { brokenAt: '0', why: 'This is not a record file of Latchkey.' }
    if (version !== fileVersion) return { brokenAt: '0', why: `The file is of version ${version}; this command reads version ${fileVersion}.` }
    this.#head = { scope, writtenAt, keyId }
    return undefined
  }

  #seldom([name, ...fields]: string[]): Break | undefined {
    const read = name === 'k' ? successionSchema.safeParse(json(fields[0])) : name === 'c' ? checkpointSchema.safeParse(json(fields[0])) : undefined
    if (read && !read.success) return this.#here('A line of the file cannot be read.')
    if (read?.success && 'next' in read.data) this.#successions.push(read.data)
    else if (read?.success && 'hash' in read.data) {
      if (this.#anchors) this.#anchors.add(read.data)
      else this.#early.push(read.data)
    } else if (name === 's' && /^\d{1,16}$/.test(fields[0] ?? '')) return this.#start(BigInt(fields[0] ?? 0), fields[1] ?? '')
    else if (name === 'z') this.#end = { digest: fields[0] ?? '', signature: fields[1] ?? '', found: this.#digest.digest('hex') }
    else return this.#here('A line of the file cannot be read.')
    return this.#anchors?.fault
  }

  #ring(): KeyRing {
    return keyRing(this.#keys, this.#successions)
  }
  #anchored(): Anchors {
    return (this.#anchors ??= new Anchors([...this.#outside.checkpoints, ...this.#early], this.#ring()))
  }
  #following(): ChainVerifier {
    return (this.#chain ??= new ChainVerifier(this.#anchored()))
  }

  /** An excerpt goes on where a checkpoint vouches for the chain, or at its known beginning. */
  #start(sequence: bigint, hash: string): Break | undefined {
    const anchors = this.#anchored()
    if (anchors.fault) return anchors.fault
    const known = sequence === 0n ? hash === genesisHash : anchors.judge(sequence, hash) === 'same'
    if (!known) return { brokenAt: String(sequence), why: 'The excerpt begins where no checkpoint vouches for the chain.' }
    if (this.#chain && sequence < this.#chain.last) return { brokenAt: String(sequence), why: 'The stretches of the excerpt are not in order.' }
    this.#closeStretch()
    this.#chain = new ChainVerifier(anchors, { sequence, hash })
    return undefined
  }
  #closeStretch(): void {
    if (this.#chain && this.#chain.anchored > this.#vouched) this.#vouched = this.#chain.anchored
  }

  #entry(line: Buffer): Break | undefined {
    const chain = this.#following()
    if (this.#entries === 0 && this.#anchors?.fault) return this.#anchors.fault
    const idAt = line.indexOf(tab, 2) + 1
    const hashAt = line.indexOf(tab, idAt) + 1
    const bodyAt = line.indexOf(tab, hashAt) + 1
    const sequence = integer(line, 2, idAt - 1)
    if (idAt === 0 || hashAt === 0 || bodyAt === 0 || sequence === undefined) return this.#here('A line of the file cannot be read.')
    const entryId = line.toString('latin1', idAt, hashAt - 1)
    const body = line.subarray(bodyAt)
    this.#at = { brokenAt: String(sequence), entryId }
    this.#body = body
    this.#entries += 1
    return chain.entry(sequence, entryId, body, line.toString('latin1', hashAt, bodyAt - 1))
  }

  #value(line: Buffer): Break | undefined {
    const [, field = '', salt = '', written] = line.toString('utf8').split('\t')
    const value = json(written)
    if (!this.#at || typeof value !== 'string') return this.#here('A line of the file cannot be read.')
    if (typeof this.#body !== 'string') this.#body = this.#body.toString('utf8')
    const differs = differingValue(this.#body, [{ field, salt: Buffer.from(salt, 'hex'), value }])
    return differs === undefined ? undefined : { ...this.#at, why: `The ${differs} shown is not what was committed to.` }
  }

  #link(line: Buffer): Break | undefined {
    const [, number = '', idHash = '', bodyHash = ''] = line.toString('latin1').split('\t')
    this.#at = undefined
    if (!/^\d+$/.test(number) || !/^[0-9a-f]{64}$/.test(idHash) || !/^[0-9a-f]{64}$/.test(bodyHash)) return this.#here('A line of the file cannot be read.')
    return this.#following().link(BigInt(number), idHash, bodyHash)
  }

  #here(why: string): Break {
    return this.#at ? { ...this.#at, why } : { brokenAt: String((this.#chain?.last ?? 0n) + 1n), why }
  }

  end(): FileVerdict {
    const head = this.#head
    if (!head) return { whole: false, brokenAt: '0', why: 'The file is empty.' }
    const fault = this.#anchored().fault
    if (fault) return { whole: false, ...fault }
    const chain = this.#following()
    const ended = head.scope === 'whole' ? chain.end() : undefined
    if (ended && !ended.whole) return ended
    const signer = this.#ring().get(head.keyId)?.key
    if (!this.#end) return { whole: false, ...this.#here('The file ends before its end: it was cut off.') }
    if (!signer) return { whole: false, ...this.#here(`The file is signed by key ${head.keyId}, for which the key given does not vouch.`) }
    if (this.#end.digest !== this.#end.found || !verifyEnd(this.#end.digest, this.#end.signature, signer)) return { whole: false, ...this.#here('The file is not what its last line signs.') }
    this.#closeStretch()
    return { whole: true, scope: head.scope, writtenAt: head.writtenAt, entries: this.#entries, upTo: Number(chain.last), anchoredUpTo: Number(this.#vouched) }
  }
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

/** The decimal number between two places, or undefined. */
function integer(line: Buffer, from: number, to: number): bigint | undefined {
  const text = line.toString('latin1', from, to)
  return /^\d{1,16}$/.test(text) ? BigInt(text) : undefined
}
