'use client'
import { type ReactNode, useSyncExternalStore } from 'react'

/**
 * During an update two versions answer in turns, and only one of them has the scripts of this page: what is not found is
 * asked for again, until whoever answers has it. Part of the document, because a page without scripts cannot mend itself.
 */
export function AskAgain({ nonce }: { nonce: string }): ReactNode {
  // In the document only: React may not make a script from a string (Trusted Types), and this one has run by then.
  const inDocument = useSyncExternalStore(never, () => false, () => true)
  if (!inDocument) return null
  // Browsers hide a nonce from scripts, React's too.
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: `(${askAgain.toString()})()` }} />
}

const never = (): (() => void) => () => undefined

/** Runs by itself in the browser, so it may use nothing from outside. */
function askAgain(): void {
  const calls = new Map<string, number>()
  type Policy = { createScriptURL(url: string): string }
  type Policies = { createPolicy(name: string, rules: Policy): Policy }
  const { trustedTypes } = window as typeof window & { trustedTypes?: Policies }
  // Only addresses that were checked below come here.
  const policy = trustedTypes?.createPolicy('again', { createScriptURL: (url) => url })
  const listen = (event: Event): void => {
    const { target } = event
    const isScript = target instanceof HTMLScriptElement
    const isStyle = target instanceof HTMLLinkElement && target.rel === 'stylesheet'
    if (!isScript && !isStyle) return
    const address = isScript ? target.src : target.href
    const call = (calls.get(address) ?? 0) + 1
    if (!address.startsWith(`${location.origin}/_next/static/`) || call > 10) return
    calls.set(address, call)
    // The loader gives a script up for good at its second failure: it hears of none before the last.
    event.stopImmediatePropagation()
    // A script that was tried once is never tried again by its own element; the loader knows it by `src` as it is written.
    const again = document.createElement(target.localName)
    for (const { name, value } of target.attributes) again.setAttribute(name, isScript && name === 'src' && policy ? policy.createScriptURL(value) : value)
    setTimeout(() => document.head.append(again), 50 * call)
  }
  addEventListener('error', listen, true)
}
