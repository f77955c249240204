import { readFileSync } from 'node:fs'

type Manifest = { node: Record<string, { exportedName?: string; filename?: string }> }

/** The id under which the built server knows an exported action. */
export function actionId(name: string): string {
  const manifest = JSON.parse(readFileSync('.next/standalone/.next/server/server-reference-manifest.json', 'utf8')) as Manifest
  const found = Object.entries(manifest.node).find(([, action]) => action.exportedName === name)
  if (!found) throw new Error(`The build has no server action "${name}".`)
  return found[0]
}

/** Calls a `useActionState` action as a browser does: previous state and form, in React's reply encoding. */
export async function callAction(baseUrl: string, page: string, cookie: string, id: string, fields: Record<string, string>): Promise<{ status: number; text: string }> {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(`_1_${name}`, value)
  body.append('0', '[null,"$K1"]')
  const answer = await fetch(`${baseUrl}${page}`, { method: 'POST', headers: { cookie, 'next-action': id, origin: baseUrl, accept: 'text/x-component' }, body, redirect: 'manual' })
  return { status: answer.status, text: await answer.text() }
}
