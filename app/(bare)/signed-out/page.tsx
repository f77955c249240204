import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { SignedOutCard } from '#components/access-pages/sign-in-card.tsx'

export const metadata: Metadata = { title: 'Signed out' }
export const dynamic = 'force-dynamic'

export default function SignedOutPage(): ReactNode {
  return <SignedOutCard signInHref="/sign-in" />
}
