import { z } from 'zod'
import { byteRange } from '#lib/reports/exports/byte-range.ts'
import { readChunks } from '#lib/reports/exports/export.store.ts'
import { findExport } from '#lib/reports/exports/exports.queries.ts'
import { getServices } from '#app/_server/services.ts'
import { refusedFile, streamFile } from '#app/_server/stream-file.ts'
import { getViewer } from '#app/_server/viewer.ts'

const statuses = { not_found: 404, not_allowed: 403, not_ready: 409, expired: 404 } as const

/** A finished export for its owner. A download that broke goes on with `Range`; its hash is its ETag. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const result = await getViewer()
  if (!result.ok) return refusedFile(401, result.code)
  if (result.viewer.roles.length === 0) return refusedFile(403, 'no_access')
  const id = z.uuid().safeParse((await params).id)
  if (!id.success) return refusedFile(404, 'not_found')
  const { db } = await getServices()
  const found = await findExport(db, result.viewer, id.data)
  if (!found.ok) return refusedFile(statuses[found.code], found.code)
  const tag = `"${found.sha256}"`
  const asked = request.headers.get('if-range')
  const range = asked === null || asked === tag ? byteRange(request.headers.get('range'), found.bytes) : null
  const common = { 'Accept-Ranges': 'bytes', ETag: tag }
  if (range === 'unsatisfiable') return new Response(null, { status: 416, headers: { ...common, 'Content-Range': `bytes */${found.bytes}`, 'Cache-Control': 'no-store' } })
  const { first, last } = range ?? { first: 0n, last: found.bytes - 1n }
  const whole = streamFile(readChunks(db, found.id, first, last), { name: found.fileName, type: found.contentType })
  const headers = new Headers(whole.headers)
  for (const [name, value] of Object.entries({ ...common, 'Content-Length': String(last - first + 1n) })) headers.set(name, value)
  if (range) headers.set('Content-Range', `bytes ${first}-${last}/${found.bytes}`)
  return new Response(whole.body, { status: range ? 206 : 200, headers })
}
