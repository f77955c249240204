import { formTargets } from '#lib/config/sign-in-origins.ts'

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
    "style-src-attr 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    // Strings become scripts only through `instrumentation-client.ts` and `components/shell/ask-again.tsx`. https://www.w3.org/TR/trusted-types/
    "require-trusted-types-for 'script'",
    'trusted-types default nextjs again',
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action 'self' ${formTargets().join(' ')}`.trimEnd(),
  ].join('; ')
}
