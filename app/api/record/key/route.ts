import { createPublicKey } from 'node:crypto'
import { hasRole } from '#lib/people/viewer.ts'
import { getServices } from '#app/_server/services.ts'
import { refusedFile } from '#app/_server/stream-file.ts'
import { getViewer } from '#app/_server/viewer.ts'

/** The public key that the record's checkpoints and files are verified with (PEM). */
export async function GET(): Promise<Response> {
  const result = await getViewer()
  if (!result.ok) return refusedFile(401, result.code)
  if (!hasRole(result.viewer, 'auditor', 'admin')) return refusedFile(403, 'not_allowed')
  const { config } = await getServices()
  const pem = createPublicKey(config.record.signingKey).export({ type: 'spki', format: 'pem' })
  return new Response(pem, { headers: { 'Content-Type': 'application/x-pem-file', 'Content-Disposition': 'attachment; filename="latchkey-record-key.pem"', 'Cache-Control': 'no-store' } })
}
