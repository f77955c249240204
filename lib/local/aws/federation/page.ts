import { sessionArn } from '../core/caller.ts'
import type { SessionClaims } from '../core/session-token.ts'
import { escapeXml } from '../core/xml.ts'

const page = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><main><h1>${title}</h1>${content}</main></body></html>`

/** What stands for the AWS console here: it only says who is signed in. */
export function consolePage(session: SessionClaims, until: Date, destination: string): string {
  const rows = [
    ['Account', session.accountId],
    ['Role', session.issuerName],
    ['Session', session.sessionName],
    ['Source identity', session.sourceIdentity ?? 'none'],
    ['ARN', sessionArn(session)],
    ['Signed in until', until.toISOString()],
    ['Destination', destination],
  ]
  const list = rows.map(([term = '', value = '']) => `<dt>${term}</dt><dd>${escapeXml(value)}</dd>`).join('')
  return page('Local AWS console', `<p>You are signed in.</p><dl>${list}</dl>`)
}

export const refusalPage = (reason: string): string => page('Sign-in refused', `<p>${escapeXml(reason)}</p>`)
