import { createHash, type KeyObject } from 'node:crypto'
import { checkpointSchema, successionSchema } from '../checkpoints/checkpoint.ts'
import type { KeptOutside } from '../checkpoints/read-checkpoints.ts'
import { genesisHash } from '../chain.ts'
import { fileMark, fileVersion, verifyEnd } from '../file/record-file.ts'
import { type Lines, readLines } from '../file/read-lines.ts'
import { Anchors } from './anchors.ts'
import { type Break, ChainVerifier } from './chain-verifier.ts'
import { EntryReader, unreadable } from './entry-reader.ts'
import { json } from './json.ts'
import { type KeyRing, keyRing } from './key-ring.ts'
import { ValuesThread } from './values-thread.ts'

export type FileVerdict =
  | { whole: true; scope: string; writtenAt: string; entries: number; /** The last entry of the chain that the file reaches, and how far checkpoints vouch for it. */ upTo: number; anchoredUpTo: number }
  | ({ whole: false } & Break)

/**
 * Verifies a record file, whole or an excerpt, with nothing but public keys and what is kept outside the database. Names
 * the first entry that was changed, removed, inserted or moved; a file without its signed end was cut off.
 */
export async function verifyFile(chunks: AsyncIterable<Uint8Array>, outside: KeptOutside, keys: readonly KeyObject[], pieceBytes = 1 << 22): Promise<FileVerdict> {
  const reader = new FileVerifier(outside, keys)
  const values = new ValuesThread(pieceBytes)
  const follow = async (): Promise<FileVerdict> => {
    for await (const lines of readLines(chunks)) {
      const broken = reader.read(lines)
      await values.take(lines.bytes)
      if (broken) return { whole: false, ...broken }
    }
    return reader.end()
  }
  // Both are asked to their ends: the first entry that is broken is named, whichever of them finds it.
  const [chain, value] = [await follow(), await values.end()]
  return value && (chain.whole || BigInt(value.brokenAt) < BigInt(chain.brokenAt) || !chain.entryId) ? { whole: false, ...value } : chain
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
  readonly #reader = new EntryReader()
  #vouched = 0n
  #end: { digest: string; signature: string; found: string } | undefined

  constructor(outside: KeptOutside, keys: readonly KeyObject[]) {
    this.#outside = outside
    this.#keys = keys
    this.#successions = [...outside.successions]
  }

  read({ bytes, ends }: Lines): Break | undefined {
    if (this.#end) return this.#here('Something stands behind the end of the file.')
    const last = (ends.at(-2) ?? -1) + 1
    this.#digest.update(bytes[last] === mark.z && bytes[last + 1] === tab ? bytes.subarray(0, last) : bytes)
    let start = 0
    for (const end of ends) {
      const broken = this.#end ? this.#here('Something stands behind the end of the file.') : this.#line(bytes, start, end)
      if (broken) return broken
      start = end + 1
    }
    return undefined
  }

  /** No object is made of a line that needs none: most are entries and their values. */
  #line(bytes: Buffer, start: number, end: number): Break | undefined {
    if (!this.#head) return this.#readHead(bytes.subarray(start, end))
    switch (bytes[start]) {
      case mark.e:
        return this.#firstFault() ?? this.#reader.entry(bytes, start, end, this.#following())
      case mark.p:
        return this.#reader.atEntry ? undefined : this.#here(unreadable)
      case mark.l:
        return this.#link(bytes.toString('latin1', start, end))
      default:
        return this.#seldom(bytes.toString('utf8', start, end).split('\t'))
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
    if (read && !read.success) return this.#here(unreadable)
    if (read?.success && 'next' in read.data) this.#successions.push(read.data)
    else if (read?.success && 'hash' in read.data) {
      if (this.#anchors) this.#anchors.add(read.data)
      else this.#early.push(read.data)
    } else if (name === 's' && /^\d{1,16}$/.test(fields[0] ?? '')) return this.#start(BigInt(fields[0] ?? 0), fields[1] ?? '')
    else if (name === 'z') this.#end = { digest: fields[0] ?? '', signature: fields[1] ?? '', found: this.#digest.digest('hex') }
    else return this.#here(unreadable)
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
  /** Before the first entry, all that the file says of keys and checkpoints is known. */
  #firstFault(): Break | undefined {
    return this.#reader.entries === 0 ? this.#anchored().fault : undefined
  }
  #closeStretch(): void {
    if (this.#chain && this.#chain.anchored > this.#vouched) this.#vouched = this.#chain.anchored
  }

  #link(line: string): Break | undefined {
    const [, number = '', idHash = '', bodyHash = ''] = line.split('\t')
    this.#reader.leave()
    if (!/^\d+$/.test(number) || !/^[0-9a-f]{64}$/.test(idHash) || !/^[0-9a-f]{64}$/.test(bodyHash)) return this.#here(unreadable)
    return this.#following().link(BigInt(number), idHash, bodyHash)
  }

  #here(why: string): Break {
    return this.#reader.here(why, this.#chain)
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
    return { whole: true, scope: head.scope, writtenAt: head.writtenAt, entries: this.#reader.entries, upTo: Number(chain.last), anchoredUpTo: Number(this.#vouched) }
  }
}
