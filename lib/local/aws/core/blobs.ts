import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Object bodies by the hash of their content, in memory or in a folder. */
export type BlobStore = { put(bytes: Buffer): string; get(name: string): Buffer }

export function createBlobStore(dataDir: string | undefined): BlobStore {
  const memory = new Map<string, Buffer>()
  const folder = dataDir === undefined ? undefined : join(dataDir, 'objects')
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  return {
    put(bytes) {
      const name = createHash('sha256').update(bytes).digest('hex')
      if (folder === undefined) memory.set(name, bytes)
      else if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), bytes)
      return name
    },
    get: (name) => memory.get(name) ?? (folder === undefined ? Buffer.alloc(0) : readFileSync(join(folder, name))),
  }
}
