import { createHash } from 'node:crypto'
import type { BucketState } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { notify, type Occasion } from './notify.ts'

type Content = { readonly bytes: Buffer; readonly contentType: string; readonly metadata?: Record<string, string> }

/** Writes an object and tells whoever the bucket notifies. Answers its ETag. */
export function storeObject(world: World, bucket: BucketState, key: string, { bytes, contentType, metadata = {} }: Content, occasion: Omit<Occasion, 'event'>): string {
  const etag = createHash('md5').update(bytes).digest('hex')
  bucket.objects[key] = { blob: world.blobs.put(bytes), size: bytes.length, etag, contentType, modifiedAt: world.clock.now().getTime(), metadata }
  notify(world, bucket, key, { ...occasion, event: 'ObjectCreated:Put' })
  return etag
}
