import type { Description } from './describe-message.ts'

export type Mail = { to: string; subject: string; text: string; html: string; messageId: string }
type Told = { publicUrl: URL; from: string; to: string; mailId: string; digest: boolean; items: readonly Description[] }

const longestSubject = 120

/**
 * A mail as plain text and as HTML. Everything in it is text: names and titles come from other people. It loads nothing
 * and counts nobody; its links lead to pages that ask for a sign-in, and following one does nothing else.
 */
export function composeMail({ publicUrl, from, to, mailId, digest, items }: Told): Mail {
  const [first] = items
  const subject = items.length === 1 && first && !digest ? first.title : `${items.length} ${items.length === 1 ? 'message' : 'messages'} from Latchkey`
  const address = (path: string): string => new URL(path, publicUrl).href
  const settings = address('/notifications/preferences')
  const why = 'Latchkey tells you because of your part in this. Choose what you are told, and when:'
  return {
    to,
    messageId: `<${mailId}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    subject: oneLine(`Latchkey: ${subject}`, longestSubject),
    text: [...items.flatMap(({ title, detail, path }) => [oneLine(title), oneLine(detail), address(path), '']), '--', why, settings, ''].join('\n'),
    html: [
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Latchkey</title></head><body style="font-family:sans-serif;font-size:14px;line-height:1.5;color:#1c1c1f">',
      ...items.map(({ title, detail, path }) => `<p><strong>${escaped(title)}</strong><br>${escaped(detail)}<br><a href="${escaped(address(path))}">Open in Latchkey</a></p>`),
      `<p style="color:#5c5c66;font-size:12px">${why} <a href="${escaped(settings)}">preferences</a></p></body></html>`,
    ].join('\n'),
  }
}

/** One line without control characters, directional ones included, so that text cannot become a header or pose as other text. */
function oneLine(text: string, most = 300): string {
  const line = text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
  return line.length > most ? `${line.slice(0, most - 1).toWellFormed()}…` : line
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => oneLine(text).replace(/[&<>"']/g, (character) => entities[character] ?? '')
