import type { Route } from 'next'
import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'

/** Addresses arrive as props from `app`, which is where typed routes are checked. */
export function AppLink({ href, prefetch = false, ...rest }: Omit<ComponentProps<typeof Link>, 'href'> & { href: string }): ReactNode {
  return <Link href={href as Route} prefetch={prefetch} {...rest} />
}
