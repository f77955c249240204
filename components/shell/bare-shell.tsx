import { KeySquare } from 'lucide-react'
import type { ReactNode } from 'react'
import { Announcer } from '../ui/announcer.tsx'
import { TipLayer } from '../ui/tip-layer.tsx'

/** For the pages before and after being signed in: nothing but the one thing to do. */
export function BareShell({ children }: { children: ReactNode }): ReactNode {
  return (
    <div className="flex min-h-dvh flex-col items-center px-4 pt-[max(3rem,16dvh)] pb-10">
      <header className="mb-6 flex items-center gap-2 text-lg font-semibold tracking-tight">
        <KeySquare aria-hidden className="size-5 text-accent-text" />
        Latchkey
      </header>
      <main data-bare="" className="w-full max-w-sm">
        {children}
        <TipLayer />
      </main>
      <Announcer />
    </div>
  )
}
