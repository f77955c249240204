import { z } from 'zod'
import type { Outgoing } from '#lib/config/outgoing.ts'
import { TooManyGroups } from './read-groups.ts'

const membersSchema = z.object({ value: z.array(z.string()) })
const faultSchema = z.object({ error: z.object({ code: z.string() }) })

/**
 * The ids of all security groups that the owner of an access token is in, nested ones too, as Microsoft Graph has them
 * now: one call and one answer, which holds 11,000 at most; above that the directory refuses, and so does this
 * (`TooManyGroups`). The token needs the delegated permission User.Read. Throws when the directory does not answer or refuses.
 * https://learn.microsoft.com/graph/api/directoryobject-getmemberobjects
 */
export async function fetchDirectoryGroups(outgoing: Outgoing, address: string, accessToken: string): Promise<string[]> {
  const answer = await outgoing.fetch(address, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ securityEnabledOnly: true }),
  })
  const body: unknown = await answer.json().catch(() => undefined)
  if (answer.ok) return membersSchema.parse(body).value
  const code = faultSchema.safeParse(body).data?.error.code ?? 'no code'
  if (code === 'Directory_ResultSizeLimitExceeded') throw new TooManyGroups()
  throw new Error(`The directory answers ${answer.status} (${code}) to the question for groups. It needs the delegated permission User.Read, in OIDC_SCOPES too.`)
}
