import { z } from 'zod'
import { refuse, type Result } from '#lib/config/result.ts'
import { mintLease } from '#lib/grants/mint-lease.ts'
import { act } from '#app/_server/act.ts'
import { confirmationToReveal, confirmPage } from '#app/_server/confirmation.ts'
import { countReveal } from '#app/_server/metrics/metrics.ts'
import { problemPage } from '#app/_server/problem-page.ts'
import { readSmallBody } from '#app/_server/read-small-body.ts'
import { requestAddress } from '#app/_server/request-address.ts'
import { isSameOrigin } from '#app/_server/same-origin.ts'
import { getServices } from '#app/_server/services.ts'

const inputSchema = z.object({ grantId: z.uuid() })
const statuses: Record<string, number> = { signed_out: 401, no_access: 403, provider_unreachable: 503, groups_overage: 403, not_found: 404, unexpected: 500, aws: 502, too_many: 429 }

/**
 * Mints a lease and sends the browser on to the AWS console with it. The address it goes to is itself a secret: it
 * exists only in this redirect, is never cached and is sent on to nobody.
 */
export async function POST(request: Request): Promise<Response> {
  const services = await getServices()
  if (!isSameOrigin(request, services.config.publicUrl)) return problem(request, 403, 'This form was not sent from Latchkey.', 'Open the console from the credentials page.')
  const form = new URLSearchParams(await readSmallBody(request))
  const input = inputSchema.safeParse({ grantId: form.get('grantId') })
  if (!input.success) return problem(request, 400, 'There is no such grant.', 'Open the console from the credentials page.')
  const result = countReveal('console', await act<Result<{ url: string }>>('console', { fresh: true, limit: 'reveals' }, async (viewer) => {
    const minted = await mintLease(services, viewer, input.data.grantId, 'console', await requestAddress())
    if (!minted.ok) return minted
    const link = await services.consoleGate.signInUrl(minted.lease.credentials, minted.lease.region)
    return link.ok ? { ok: true, url: link.url } : refuse('aws', link.message, 'Try again in a moment.')
  }))
  // In the tab that the console was to open in: confirmed there, the person is back at their credentials.
  if (!result.ok && result.code === 'fresh_authentication') {
    const page = new URL(confirmPage(await confirmationToReveal(input.data.grantId)), services.config.publicUrl)
    return new Response(null, { status: 303, headers: { Location: page.href, 'Cache-Control': 'no-store' } })
  }
  if (!result.ok) return problem(request, statuses[result.code] ?? 409, result.message, result.mend, input.data.grantId)
  return new Response(null, { status: 303, headers: { Location: result.url, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' } })
}

function problem(request: Request, status: number, message: string, mend?: string, grantId?: string): Response {
  const back = grantId === undefined ? { href: '/', label: 'Go to my access' } : { href: `/grants/${grantId}/credentials`, label: 'Back to the credentials' }
  return problemPage(request, { status, message, mend, back })
}
