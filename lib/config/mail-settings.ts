import { isThisMachine } from './allowed-hosts.ts'

/** How mail leaves. `requireTls`: nothing, least of all the password, is said before the connection is encrypted. */
export type MailSettings = { host: string; port: number; user: string | undefined; password: string | undefined; secure: boolean; requireTls: boolean; from: string }

export type MailEnvironment = {
  SMTP_URL?: string | undefined
  SMTP_HOST?: string | undefined
  SMTP_PORT?: number | undefined
  SMTP_USER?: string | undefined
  SMTP_PASSWORD?: string | undefined
  SMTP_SECURE?: 'true' | 'false' | undefined
  SMTP_PLAINTEXT?: 'allowed' | undefined
  MAIL_FROM?: string | undefined
}

/** One address without a name, as a header can hold it: no spaces, no angle brackets, no line breaks. */
export const isMailAddress = (text: string): boolean => text.length <= 254 && /^[^\s<>"(),:;@\\[\]\p{Cc}]+@[^\s<>"(),:;@\\[\]\p{Cc}]+$/u.test(text)

/**
 * The mail server, from one address or from parts; undefined without either: then people are told in the product only.
 * Connections are encrypted from the start (`smtps:`, port 465) or must become so (STARTTLS), unless the server is on
 * this machine or somebody says otherwise.
 */
export function readMailSettings(env: MailEnvironment): { settings: MailSettings | undefined; problems: string[] } {
  if (!env.SMTP_URL && !env.SMTP_HOST) return { settings: undefined, problems: [] }
  const problems: string[] = []
  if (env.SMTP_URL && env.SMTP_HOST) problems.push('SMTP_URL and SMTP_HOST are both set; keep one.')
  if (!env.MAIL_FROM) problems.push('MAIL_FROM is not set: the address that mail comes from.')
  else if (!isMailAddress(env.MAIL_FROM)) problems.push('MAIL_FROM is not an address such as latchkey@example.com.')
  const parts = env.SMTP_URL ? partsOf(env.SMTP_URL) : { host: env.SMTP_HOST ?? '', port: env.SMTP_PORT, user: env.SMTP_USER, password: env.SMTP_PASSWORD, secure: env.SMTP_SECURE === 'true' }
  if (!parts) problems.push('SMTP_URL is not an address such as smtp://user:password@mail.example.com:587.')
  if (problems.length > 0 || !parts) return { settings: undefined, problems }
  const here = URL.canParse(`http://${parts.host}`) && isThisMachine(new URL(`http://${parts.host}`))
  return {
    settings: { ...parts, port: parts.port ?? (parts.secure ? 465 : 587), requireTls: !parts.secure && !here && env.SMTP_PLAINTEXT !== 'allowed', from: env.MAIL_FROM ?? '' },
    problems,
  }
}

type Parts = { host: string; port: number | undefined; user: string | undefined; password: string | undefined; secure: boolean }

function partsOf(address: string): Parts | undefined {
  if (!/^smtps?:\/\//.test(address) || !URL.canParse(address)) return undefined
  const { protocol, hostname, port, username, password } = new URL(address)
  const decoded = [username, password].map((text) => {
    try {
      return decodeURIComponent(text)
    } catch {
      return text
    }
  })
  return hostname === '' ? undefined : { host: hostname, port: port === '' ? undefined : Number(port), user: decoded[0] || undefined, password: decoded[1] || undefined, secure: protocol === 'smtps:' }
}
