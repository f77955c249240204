'use client'
import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import { Search } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { Kbd } from '../ui/layout.tsx'
import type { PaletteGroup, PaletteItem, PaletteResponse } from './shell-models.ts'

type Loaded = { state: 'loading' } | { state: 'failed' } | { state: 'ready'; groups: PaletteGroup[] }
type BaseGroup = { value: string; items: PaletteItem[] }

export function Palette({ url, open, onOpenChange }: { url: string; open: boolean; onOpenChange: (open: boolean) => void }): ReactNode {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[#0a0e16]/35" />
        <Dialog.Popup
          aria-label="Search or go to"
          className="fixed top-[max(4rem,12dvh)] left-1/2 z-40 flex max-h-[min(28rem,70dvh)] w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line-strong bg-raised text-ink shadow-pop outline-none"
        >
          <PaletteList url={url} onGo={() => onOpenChange(false)} />
          <Dialog.Close className="sr-only">Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function usePalette(url: string): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' })
  useEffect(() => {
    const abort = new AbortController()
    fetch(url, { signal: abort.signal, headers: { accept: 'application/json' } })
      .then(async (response) => {
        if (!response.ok) throw new Error(`The palette answered ${response.status}`)
        setLoaded({ state: 'ready', groups: ((await response.json()) as PaletteResponse).groups })
      })
      .catch(() => {
        if (!abort.signal.aborted) setLoaded({ state: 'failed' })
      })
    return () => abort.abort()
  }, [url])
  return loaded
}

function PaletteList({ url, onGo }: { url: string; onGo: () => void }): ReactNode {
  const loaded = usePalette(url)
  const router = useRouter()
  const groups: BaseGroup[] = loaded.state === 'ready' ? loaded.groups.map(({ heading, items }) => ({ value: heading, items })) : []
  const go = (item: PaletteItem): void => {
    onGo()
    router.push(item.href as Route)
  }
  return (
    <Autocomplete.Root
      open
      inline
      items={groups}
      autoHighlight="always"
      keepHighlight
      itemToStringValue={(item: PaletteItem) => [item.label, item.hint ?? '', ...(item.keywords ?? [])].join(' ')}
    >
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
        <Autocomplete.Input
          aria-label="Search or go to"
          placeholder="A page, a profile to request, a person…"
          className="h-12 w-full bg-transparent text-base outline-none placeholder:text-ink-3 pointer-coarse:text-lg"
        />
        <Kbd>Esc</Kbd>
      </div>
      <Autocomplete.Empty className="px-4 text-sm text-ink-3 not-empty:py-6">
        {loaded.state === 'loading' ? 'Fetching what you can reach…' : loaded.state === 'failed' ? 'Search could not be reached. Close this and try again in a moment.' : 'Nothing by that name is open to you.'}
      </Autocomplete.Empty>
      <Autocomplete.List className="min-h-0 flex-1 scroll-py-1 overflow-y-auto overscroll-contain p-1.5 empty:hidden">
        {(group: BaseGroup) => (
          <Autocomplete.Group key={group.value} items={group.items} className="mb-1">
            <Autocomplete.GroupLabel className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-ink-3">{group.value}</Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: PaletteItem) => (
                <Autocomplete.Item
                  key={item.id}
                  value={item}
                  onClick={() => go(item)}
                  className="flex min-h-9 cursor-default items-center justify-between gap-4 rounded-md px-2.5 text-sm outline-none data-highlighted:bg-accent-soft data-highlighted:text-accent-text"
                >
                  <span className="truncate">{item.label}</span>
                  {item.hint && <span className="shrink-0 text-xs text-ink-3">{item.hint}</span>}
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  )
}
