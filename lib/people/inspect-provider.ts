import { z } from 'zod'
import type { ProviderSettings } from '#lib/config/identity-providers.ts'
import { openOutgoing, type Outgoing, OutgoingRefused } from '#lib/config/outgoing.ts'

const metadataSchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
  scopes_supported: z.array(z.string()).optional(),
  claims_supported: z.array(z.string()).optional(),
})
const keysSchema = z.looseObject({ keys: z.array(z.unknown()).min(1, 'has no keys') })

type Refused = { what: string; mend: string }
export type ProviderInspection = { ok: true; at: Date | undefined; faults: string[]; refused: Refused[]; remarks: string[] } | { ok: false; what: string; mend?: string }

/**
 * Asks the provider what it is: the discovery document (OpenID Connect Discovery 1.0, section 4), its keys, and whether
 * it knows the scopes and the claim that the portal lives on. `at` is the time by its clock. `faults` stop sign-in or the
 * refreshing of groups, and so does `refused`, the endpoints that the portal will not call; `remarks` may, because a provider need not list its claims.
 */
export async function inspectProvider(settings: ProviderSettings): Promise<ProviderInspection> {
  const outgoing = openOutgoing(settings.outgoing, () => undefined)
  try {
    const address = `${settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const answer = await ask(outgoing, address)
    const metadata = metadataSchema.parse(answer.body)
    keysSchema.parse((await ask(outgoing, metadata.jwks_uri)).body)
    const refused = await Promise.all([metadata.token_endpoint, metadata.userinfo_endpoint].map((endpoint) => refusalOf(outgoing, endpoint)))
    return { ok: true, at: answer.at, ...judge(metadata, settings), refused: refused.flatMap((one) => one ?? []) }
  } catch (error) {
    return { ok: false, what: reason(error), ...(error instanceof OutgoingRefused ? { mend: error.mend } : {}) }
  }
}

async function refusalOf(outgoing: Outgoing, endpoint: string | undefined): Promise<Refused | undefined> {
  try {
    if (endpoint) await outgoing.examine(endpoint)
  } catch (error) {
    if (error instanceof OutgoingRefused) return { what: error.message, mend: error.mend }
    throw new TypeError('fetch failed', { cause: error })
  }
}

function judge(metadata: z.infer<typeof metadataSchema>, settings: ProviderSettings): { faults: string[]; remarks: string[] } {
  const unknown = settings.scopes.split(' ').filter((scope) => metadata.scopes_supported && !metadata.scopes_supported.includes(scope))
  return {
    faults: [
      ...(metadata.issuer.replace(/\/$/, '') === settings.issuer.replace(/\/$/, '') ? [] : [`The provider calls itself ${metadata.issuer}, and is configured as ${settings.issuer}.`]),
      ...(unknown.length > 0 ? [`The provider does not offer the scope ${unknown.join(', ')}.`] : []),
    ],
    remarks: metadata.claims_supported && !metadata.claims_supported.some((claim) => claim === settings.groups.claim || settings.groups.claim.startsWith(`${claim}.`)) ? [`The provider does not list the claim "${settings.groups.claim}" that groups are read from.`] : [],
  }
}

async function ask(outgoing: Outgoing, address: string): Promise<{ body: unknown; at: Date | undefined }> {
  const answer = await outgoing.fetch(address, { signal: AbortSignal.timeout(5_000), headers: { accept: 'application/json' } })
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}.`)
  const at = new Date(answer.headers.get('date') ?? '')
  return { body: await answer.json(), at: Number.isNaN(at.getTime()) ? undefined : at }
}

function reason(error: unknown): string {
  if (error instanceof z.ZodError) return `The discovery document or the keys lack ${error.issues.map((issue) => issue.path.join('.')).join(', ')}.`
  if (error instanceof SyntaxError) return 'The provider answers something that is not JSON.'
  if (error instanceof OutgoingRefused) return error.message
  if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) return 'The provider does not answer.'
  return error instanceof Error ? error.message : 'The provider does not answer.'
}
