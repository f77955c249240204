/** What is written instead of a value that looks like a credential. */
const gone = '[removed]'

const named = 'secret|token|passw(?:or)?d|authorization|api[_-]?key|private[_-]?key|code_verifier|assertion'

/** Each rule with what it leaves; the order matters where one value has two faces. */
const rules: readonly [RegExp, string | ((...found: string[]) => string)][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, gone],
  [/\b((?:set-)?cookie)(["']?\s*[:=]\s*)[^\r\n]+/gi, `$1$2${gone}`],
  // User and password in an address: the user may be a person.
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, `$1${gone}@`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${gone}`],
  [/\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)*/g, gone],
  [new RegExp(`([\\w-]*(?:${named})[\\w-]*)(["']?\\s*[=:]\\s*["']?)[^\\s"',;&})]{8,}`, 'gi'), `$1$2${gone}`],
  // AWS session tokens, refresh tokens and sealed cookies: nothing a person reads is that long without a break.
  [/[\w+/=%-]{100,}/g, gone],
  // A secret access key is 40 characters of base64; a digest of 40 hexadecimal digits is none.
  [/(?<![\w+/=.-])[A-Za-z0-9+/]{40}(?![\w+/=.-])/g, (found) => (/[a-z]/.test(found) && /[A-Z]/.test(found) && !/^[0-9a-f]+$/i.test(found) ? gone : found)],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[address]'],
]

/**
 * The text without what looks like a credential (secret access keys, session tokens, JWTs, bearer tokens, cookies,
 * passwords in addresses, PEM keys) and without e-mail addresses. Access key ids stay: they are no secret, and are what
 * one searches CloudTrail for. A net below the rule that nothing secret is logged, not instead of it.
 */
export function scrub(text: string): string {
  return rules.reduce((kept, [pattern, instead]) => (typeof instead === 'string' ? kept.replaceAll(pattern, instead) : kept.replaceAll(pattern, instead)), text)
}
