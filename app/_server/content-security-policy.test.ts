import { afterEach, describe, expect, it, vi } from 'vitest'
import { contentSecurityPolicy } from './content-security-policy.ts'

afterEach(() => vi.unstubAllEnvs())
const directives = (policy: string): Map<string, string> => new Map(policy.split('; ').map((part) => [part.split(' ')[0] ?? '', part.split(' ').slice(1).join(' ')]))

describe('contentSecurityPolicy', () => {
  it('runs scripts by nonce only and loads nothing from elsewhere', () => {
    const parts = directives(contentSecurityPolicy('abc'))
    const { 'form-action': _forms, ...loading } = Object.fromEntries(parts)
    expect(Object.values(loading).join(' ')).not.toMatch(/unsafe-|\*|https?:/)
    expect(parts.get('script-src')).toBe("'nonce-abc' 'strict-dynamic'")
    expect([parts.get('default-src'), parts.get('object-src'), parts.get('base-uri'), parts.get('frame-ancestors')]).toEqual(["'self'", "'none'", "'none'", "'none'"])
  })

  it('allows no inline style, and no string as a script but through the named policies', () => {
    const parts = directives(contentSecurityPolicy('abc'))
    expect(parts.get('style-src-attr')).toBe("'none'")
    expect([parts.get('require-trusted-types-for'), parts.get('trusted-types')]).toEqual(["'script'", 'default nextjs again'])
  })

  it('lets forms lead to a second provider, and to the hosts that a provider signs people in at', () => {
    vi.stubEnv('OIDC_ISSUER', 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x')
    vi.stubEnv('OIDC_2_ISSUER', 'https://partner.example')
    vi.stubEnv('OIDC_SIGN_IN_ORIGINS', 'https://northwind.auth.eu-central-1.amazoncognito.com')
    vi.stubEnv('AWS_FEDERATION_ENDPOINT', 'https://signin.aws.amazon.com/federation')
    expect(directives(contentSecurityPolicy('abc')).get('form-action')).toBe(
      "'self' https://cognito-idp.eu-central-1.amazonaws.com https://partner.example https://northwind.auth.eu-central-1.amazoncognito.com https://*.aws.amazon.com",
    )
  })

  it('lets forms lead to the identity provider and the AWS console, and nowhere else', () => {
    vi.stubEnv('OIDC_ISSUER', 'https://login.example/tenant')
    vi.stubEnv('AWS_FEDERATION_ENDPOINT', 'https://signin.aws.amazon.com/federation')
    expect(directives(contentSecurityPolicy('abc')).get('form-action')).toBe("'self' https://login.example https://*.aws.amazon.com")
  })
})
