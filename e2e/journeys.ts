import type { Page } from '@playwright/test'
import { one } from './database.ts'
import { noteSecret, stackFacts } from './facts.ts'
import { expect } from './fixtures.ts'
import { callAction, codeOf } from './server-actions.ts'

export const reason = 'Payout run of this morning failed for one merchant, reading its instances'
export const uuid = /[0-9a-f]{8}-[0-9a-f-]{27}/

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string }

type Asked = { minutes?: number; justification?: string; ticket?: string }

/** Asks for a profile without the pages, for journeys that are about what comes after. */
export async function sendRequest(requester: Page, profile: string, { minutes = 60, justification = reason, ticket = 'OPS-77' }: Asked = {}): Promise<string> {
  const answer = await callAction(requester, 'createRequestAction', { fields: { profile, minutes: String(minutes), justification, ticket } })
  expect(answer.redirect, JSON.stringify(answer.value)).toMatch(/^\/requests\//)
  return uuid.exec(answer.redirect ?? '')?.[0] ?? ''
}

/** The role's digest as an approver's page would show it. */
export async function seenDigest(requestId: string): Promise<string | null> {
  const { digest } = await one<{ digest: string | null }>(
    `SELECT s.digest FROM request r JOIN access_profile p ON p.id = r."profileId"
     LEFT JOIN role_snapshot s ON s."roleArn" = 'arn:aws:iam::' || p."accountId" || ':role/' || (p.definition->'access'->>'role') WHERE r.id = $1`,
    [requestId],
  )
  return digest
}

export async function decide(approver: Page, requestId: string, decision: 'approve' | 'deny', why = ''): Promise<unknown> {
  await approver.request.get(`/approvals?selected=${requestId}`)
  const answer = await callAction(approver, 'decideRequestAction', { bound: [{ roleDigest: await seenDigest(requestId), definitionHash: null }], fields: { requestId, decision, reason: why } })
  return (answer.value as { ok?: boolean }).ok ? 'ok' : codeOf(answer)
}

/** An active grant, asked for and approved without the pages. */
export async function openGrant(requester: Page, approver: Page, profile: string, asked: Asked = {}): Promise<{ requestId: string; grantId: string }> {
  const requestId = await sendRequest(requester, profile, asked)
  expect(await decide(approver, requestId, 'approve')).toBe('ok')
  await expect.poll(async () => (await one(`SELECT state::text FROM "grant" WHERE "requestId" = $1`, [requestId])).state, { intervals: [200] }).toBe('active')
  const { id } = await one<{ id: string }>(`SELECT id FROM "grant" WHERE "requestId" = $1`, [requestId])
  return { requestId, grantId: id }
}

/** Presses "Reveal" and reads the first form, noting the secrets for the search at the end of the run. */
export async function reveal(page: Page): Promise<Credentials> {
  await page.getByRole('button', { name: 'Reveal credentials' }).click()
  const shell = await page.locator('pre').first().textContent()
  const read = (name: string): string => new RegExp(`${name}='([^']+)'`).exec(shell ?? '')?.[1] ?? ''
  const credentials = { accessKeyId: read('AWS_ACCESS_KEY_ID'), secretAccessKey: read('AWS_SECRET_ACCESS_KEY'), sessionToken: read('AWS_SESSION_TOKEN') }
  expect(credentials.secretAccessKey).not.toBe('')
  noteSecret(credentials.secretAccessKey, credentials.sessionToken)
  return credentials
}

/** Takes credentials without the page, noting the secrets likewise. */
export async function revealQuietly(holder: Page, grantId: string): Promise<Credentials> {
  const answer = await callAction(holder, 'revealAction', { fields: { grantId } })
  const { lease } = answer.value as { lease: Credentials }
  noteSecret(lease.secretAccessKey, lease.sessionToken)
  return lease
}

/** Moves the clock of the local AWS, and nothing else's. */
export async function awsClock(command: 'advance' | 'reset', ms = 0): Promise<void> {
  const answer = await fetch(`${stackFacts().awsUrl}/_local/clock/${command}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ms }) })
  expect(answer.status).toBe(200)
}

/** How long a change of a policy takes to be evaluated in AWS. Milliseconds. */
export async function iamPropagation(ms: number): Promise<void> {
  const answer = await fetch(`${stackFacts().awsUrl}/_local/iam/propagation`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ms }) })
  expect(answer.status).toBe(200)
}

/** Changes what groups the identity provider says a persona is in. */
export async function setGroups(persona: string, groups: string[]): Promise<void> {
  const answer = await fetch(`${stackFacts().issuer}/_local/groups/${persona}`, { method: 'PUT', body: JSON.stringify(groups) })
  expect(answer.status).toBe(204)
}

/** The id of a persona who signed in before, by the subject. */
export async function personIdOf(subject: string): Promise<string> {
  return (await one<{ id: string }>(`SELECT id FROM person WHERE subject = $1`, [subject])).id
}
