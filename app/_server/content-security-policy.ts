import { formTargets } from '#lib/config/config.ts'

/**
 * SHA-256 of `display:none`, the one inline style there is: React hides what it streams ahead into an `<svg>` with it.
 * The keyword that CSP wants for this allows exactly this text as an attribute, and nothing else.
 */
const displayNone = 'sha256-aqNNdDLnnrDOnTNdkJpYlAxKVJtLt9CtFLklmInuUAE='

/**
 * What a page of this portal may load: its own files, its own scripts and styles by nonce, nothing from anywhere else.
 * Forms may lead to the identity provider and the AWS console, whose redirects browsers hold against `form-action`.
 * https://www.w3.org/TR/CSP3/
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `style-src-attr 'unsafe-hashes' '${displayNone}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action 'self' ${formTargets().join(' ')}`.trimEnd(),
  ].join('; ')
}
