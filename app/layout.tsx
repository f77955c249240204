import './globals.css'
import { cookies, headers } from 'next/headers'
import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { AskAgain } from '#components/shell/ask-again.tsx'
import { inter, interExtended } from '#components/ui/font.ts'

export const metadata: Metadata = { title: { default: 'Latchkey', template: '%s · Latchkey' } }
export const viewport: Viewport = { colorScheme: 'light dark', viewportFit: 'cover' }

export default async function Layout({ children }: { children: ReactNode }): Promise<ReactNode> {
  const theme = (await cookies()).get('theme')?.value
  const nonce = (await headers()).get('x-nonce')
  return (
    <html
      lang="en"
      className={`${inter.variable} ${interExtended.variable}`}
      data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}
      // The theme switch changes `data-theme` before React may have hydrated.
      suppressHydrationWarning
    >
      <head>{nonce && <AskAgain nonce={nonce} />}</head>
      <body>{children}</body>
    </html>
  )
}
