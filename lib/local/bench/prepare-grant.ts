import type { Database } from '#lib/db/client.ts'
import { actionId, callAction } from './server-action.ts'
import { signInAs } from './sign-in-as.ts'

const patienceMs = 30_000

/** An active grant of the holder of `cookie`, asked for, approved and activated through the running application. */
export async function prepareGrant(db: Database, environment: Record<string, string>, baseUrl: string, cookie: string): Promise<{ grantId: string; requestId: string }> {
  const form = { profile: 'sandbox-builder', minutes: '240', justification: 'Measuring how long it takes to get credentials', ticket: '' }
  const asked = await callAction(baseUrl, '/request?profile=sandbox-builder', cookie, actionId('createRequestAction'), form)
  const request = await db.request.findFirst({ where: { profileId: 'sandbox-builder', state: 'pending' } })
  if (!request) throw new Error(`The request was not created: ${asked.status} ${asked.text.slice(0, 300)}`)
  const approver = await signInAs(db, environment, 'ana')
  // The preview that an approver sees reads the role; its digest is bound to the action in the page.
  const page = await (await fetch(`${baseUrl}/approvals?selected=${request.id}`, { headers: { cookie: approver.cookie } })).text()
  const digest = /"([0-9a-f]{64})"/.exec(page.replaceAll('\\"', '"'))?.[1] ?? ''
  const body = new FormData()
  body.append('_1_requestId', request.id)
  body.append('_1_decision', 'approve')
  body.append('0', JSON.stringify([{ roleDigest: digest, definitionHash: null }, null, '$K1']))
  const id = actionId('decideRequestAction')
  const decided = await fetch(`${baseUrl}/approvals?selected=${request.id}`, { method: 'POST', headers: { cookie: approver.cookie, 'next-action': id, origin: baseUrl, accept: 'text/x-component' }, body })
  const giveUpAt = Date.now() + patienceMs
  while (Date.now() < giveUpAt) {
    const grant = await db.grant.findUnique({ where: { requestId: request.id } })
    if (grant?.state === 'active') return { grantId: grant.id, requestId: request.id }
    if (grant?.state === 'failed') throw new Error(`The grant failed: ${grant.failureMessage}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`The grant did not become active: ${decided.status} ${(await decided.text()).slice(0, 300)}`)
}
