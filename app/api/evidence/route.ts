import { z } from 'zod'
import { takeEvidence } from '#lib/reports/evidence/evidence-pack.ts'
import type { EvidenceScope } from '#lib/reports/evidence/evidence-scope.ts'
import { getServices } from '#app/_server/services.ts'
import { refusedFile, streamFile } from '#app/_server/stream-file.ts'
import { getViewer } from '#app/_server/viewer.ts'

const day = z.iso.date()
const askedSchema = z.union([z.object({ request: z.uuid() }), z.object({ from: day, to: day })])

/** A period in whole days of UTC, the last one included. */
const scopeOf = (asked: z.infer<typeof askedSchema>): EvidenceScope => ('request' in asked ? { requestId: asked.request } : { from: new Date(asked.from), to: new Date(Date.parse(asked.to) + 86_400_000) })

/** The evidence pack of one request, or of a period, as a ZIP. */
export async function GET(request: Request): Promise<Response> {
  const result = await getViewer()
  if (!result.ok) return refusedFile(401, result.code)
  const { db, clock, config } = await getServices()
  const asked = askedSchema.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  const scope = asked.success ? scopeOf(asked.data) : { requestId: '00000000-0000-0000-0000-000000000000' }
  const taken = await takeEvidence({ db, signingKey: config.record.signingKey }, result.viewer, scope, clock())
  if (!taken.ok) return refusedFile(taken.code === 'not_allowed' ? 403 : taken.code === 'not_found' ? 404 : 409, taken.code)
  return streamFile(taken.chunks, { name: taken.name, type: 'application/zip' })
}
