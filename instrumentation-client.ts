/**
 * Runs before the pages' own scripts. Where a browser knows Trusted Types, the policy of every page refuses strings that
 * would become markup or scripts; what the bundler's loader needs is let through here, and nothing else: its own files.
 * https://www.w3.org/TR/trusted-types/#default-policy-hdr
 */
type Policies = { createPolicy(name: string, rules: { createScriptURL(url: string): string | null }): unknown }

const { trustedTypes } = window as typeof window & { trustedTypes?: Policies }

trustedTypes?.createPolicy('default', {
  createScriptURL: (url) => {
    const { origin, pathname } = new URL(url, location.href)
    return origin === location.origin && pathname.startsWith('/_next/static/') ? url : null
  },
})
