'use client'
import { Search } from 'lucide-react'
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { Kbd } from '../ui/layout.tsx'

const loadPalette = (): Promise<typeof import('./palette.tsx')> => import('./palette.tsx')
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }))

/** The palette's code and its items are fetched when somebody first reaches for it. */
export function PaletteTrigger({ url }: { url: string }): ReactNode {
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  const show = (next: boolean): void => {
    if (next) setWanted(true)
    setOpen(next)
  }

  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey) return
      event.preventDefault()
      setWanted(true)
      setOpen((was) => !was)
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])

  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => show(true)}
        onPointerEnter={() => void loadPalette()}
        className="flex h-8 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-sm text-ink-3 hover:border-line-strong hover:text-ink-2 max-md:size-10 max-md:justify-center max-md:border-transparent max-md:bg-transparent max-md:p-0 md:w-60"
      >
        <Search aria-hidden className="size-4 shrink-0" />
        <span className="flex-1 text-left max-md:sr-only">Search or go to…</span>
        <span aria-hidden className="flex gap-0.5 max-md:hidden">
          <Kbd>Ctrl</Kbd>
          <Kbd>K</Kbd>
        </span>
      </button>
      {wanted && (
        <Suspense fallback={null}>
          <Palette url={url} open={open} onOpenChange={show} />
        </Suspense>
      )}
    </>
  )
}
