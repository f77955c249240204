import type { Checkpoint } from '#lib/record/checkpoints/checkpoint.ts'
import type { Mail } from './compose-mail.ts'

type About = { publicUrl: URL; from: string; to: string; newest: Checkpoint }

/**
 * A mail that keeps a checkpoint where no administrator of the portal can rewrite it. The same checkpoint is the same
 * mail: its Message-ID is made of it.
 */
export function composeCheckpointMail({ publicUrl, from, to, newest }: About): Mail {
  const line = JSON.stringify(newest)
  const entries = Number(newest.sequence).toLocaleString('en')
  const paragraphs = [
    `The record of ${publicUrl.host} has ${entries} entries. This is its checkpoint, signed by key ${newest.keyId}:`,
    line,
    'Keep this mail. To prove that nobody edited the record up to here, save the line above to a file and run, with the record file and the public key that the Log page gives:',
    'npm run --silent audit:verify -- RECORD --checkpoints FILE --key PUBLIC',
  ]
  const escaped = paragraphs.map((text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
  return {
    to,
    messageId: `<checkpoint-${newest.sequence}-${newest.keyId}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    subject: `Latchkey: checkpoint of the record at entry ${entries}`,
    text: `${paragraphs.join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Latchkey</title></head><body style="font-family:sans-serif;font-size:14px;line-height:1.5;color:#1c1c1f">\n<p>${escaped[0]}</p>\n<pre style="white-space:pre-wrap;word-break:break-all">${escaped[1]}</pre>\n<p>${escaped[2]}</p>\n<pre>${escaped[3]}</pre>\n</body></html>`,
  }
}
