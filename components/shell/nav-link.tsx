'use client'
import { usePathname } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { AppLink } from '../ui/app-link.tsx'

function isHere(pathname: string, href: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}

/**
 * Knows only whether it is where the reader is; what it looks like comes from the server. The skeleton of a page is
 * fetched when somebody is about to go there: fetched for every link in sight, it was two requests a link and page.
 */
export function NavLink({ href, tip, className, children }: { href: string; tip?: string; className: string; children: ReactNode }): ReactNode {
  const here = isHere(usePathname(), href)
  const [wanted, setWanted] = useState(false)
  const want = (): void => setWanted(true)
  return (
    <AppLink
      href={href}
      prefetch={wanted ? null : false}
      onPointerEnter={want}
      onPointerDown={want}
      onFocus={want}
      data-tip={tip}
      aria-current={here ? 'page' : undefined}
      className={className}
    >
      {children}
    </AppLink>
  )
}
