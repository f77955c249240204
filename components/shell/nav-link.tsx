'use client'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'

function isHere(pathname: string, href: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}

/** Knows only whether it is where the reader is; what it looks like comes from the server. */
export function NavLink({ href, tip, className, children }: { href: string; tip?: string; className: string; children: ReactNode }): ReactNode {
  const here = isHere(usePathname(), href)
  return (
    <AppLink href={href} prefetch={null} data-tip={tip} aria-current={here ? 'page' : undefined} className={className}>
      {children}
    </AppLink>
  )
}
