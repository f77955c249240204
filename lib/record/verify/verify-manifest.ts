import { createHash, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { verifyDocument } from '../signed-document.ts'
import { signingKeyId } from '../signing-key.ts'

const fileSchema = z.object({ name: z.string().regex(/^[\w-][\w.-]*$/), bytes: z.number(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
/** Loose: the signature is over everything that stands in it. */
const manifestSchema = z.object({ kind: z.literal('evidence'), content: z.looseObject({ asked: z.string(), takenBy: z.string(), takenAt: z.string(), files: z.array(fileSchema).min(1) }), keyId: z.string(), signature: z.string() })

export type ManifestVerdict = { whole: true; files: number; asked: string; takenBy: string; takenAt: string; keyId: string } | { whole: false; why: string }

/**
 * Verifies an evidence pack by its manifest: that one of `keys` (public) signed it, and that every file it names is there
 * byte for byte. `open` gives a file's bytes by its name, undefined where there is none.
 */
export async function verifyManifest(text: string, open: (name: string) => AsyncIterable<Uint8Array> | undefined, keys: readonly KeyObject[]): Promise<ManifestVerdict> {
  const parsed = manifestSchema.safeParse(jsonOf(text))
  if (!parsed.success) return { whole: false, why: 'This is no manifest of an evidence pack.' }
  const manifest = parsed.data
  const key = keys.find((candidate) => signingKeyId(candidate) === manifest.keyId)
  if (!key) return { whole: false, why: `The manifest is signed by key ${manifest.keyId}, which is none of those given.` }
  if (!verifyDocument(manifest, key)) return { whole: false, why: 'The manifest was changed after it was signed.' }
  const { files, asked, takenBy, takenAt } = manifest.content
  for (const file of files) {
    const why = await problemWith(file, open)
    if (why) return { whole: false, why }
  }
  return { whole: true, files: files.length, asked, takenBy, takenAt, keyId: manifest.keyId }
}

async function problemWith({ name, bytes, sha256 }: z.infer<typeof fileSchema>, open: (name: string) => AsyncIterable<Uint8Array> | undefined): Promise<string | null> {
  const chunks = open(name)
  if (!chunks) return `${name} is missing.`
  const hash = createHash('sha256')
  let read = 0
  for await (const chunk of chunks) {
    hash.update(chunk)
    read += chunk.length
  }
  if (read !== bytes) return `${name} has ${read} bytes; the manifest says ${bytes}.`
  return hash.digest('hex') === sha256 ? null : `${name} is not what the manifest says: it was changed.`
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
