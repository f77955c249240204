import { createTransport } from 'nodemailer'
import { seconds } from '#lib/config/clock.ts'
import type { MailSettings } from '#lib/config/mail-settings.ts'
import type { Mail } from './compose-mail.ts'

export type MailOutcome = { ok: true } | { ok: false; permanent: boolean; message: string }
export type Mailer = { send(mail: Mail): Promise<MailOutcome> }

/** However slowly a server answers, word by word, a mail takes no longer than this; claims last longer. Milliseconds. */
export const mailPatienceMs = seconds(60)

/**
 * The way out for mail, one connection a mail. A refusal of this mail or its address by the server (5xx, RFC 5321
 * section 4.2.1) is permanent; everything else may pass: 4xx, a broken connection, a password that somebody will mend.
 */
export function openMailer({ host, port, user, password, secure, requireTls, from }: MailSettings): Mailer {
  return {
    send: async (mail) => {
      const transport = createTransport({
        host,
        port,
        secure,
        requireTLS: requireTls,
        ...(user ? { auth: { user, pass: password ?? '' } } : {}),
        connectionTimeout: seconds(10),
        greetingTimeout: seconds(10),
        socketTimeout: seconds(20),
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      let giveUp: NodeJS.Timeout | undefined
      const patience = new Promise<never>((_, reject) => {
        giveUp = setTimeout(() => reject(new Error('The mail server took too long.')), mailPatienceMs)
      })
      try {
        const { to, subject, text, html, messageId } = mail
        const headers = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
        await Promise.race([transport.sendMail({ from: { name: 'Latchkey', address: from }, to: { name: '', address: to }, subject, text, html, messageId, headers }), patience])
        return { ok: true }
      } catch (error) {
        return failureOf(error)
      } finally {
        clearTimeout(giveUp)
        transport.close()
      }
    },
  }
}

function failureOf(error: unknown): MailOutcome {
  const { code, responseCode, message } = error as { code?: string; responseCode?: number; message?: string }
  const permanent = responseCode !== undefined && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE')
  return { ok: false, permanent, message: (message ?? 'failed').slice(0, 300) }
}
