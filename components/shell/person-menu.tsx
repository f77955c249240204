'use client'
import { LogOut } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import type { ShellPerson } from './shell-models.ts'

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  return ((words[0]?.[0] ?? '') + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toUpperCase()
}

type Props = { person: ShellPerson; signOutAction: (form: FormData) => void | Promise<void> }

export function PersonMenu({ person, signOutAction }: Props): ReactNode {
  const form = useRef<HTMLFormElement>(null)
  return (
    <>
      <form ref={form} action={signOutAction} hidden />
      <Menu
        trigger={
          <button
            type="button"
            className="flex size-8 shrink-0 items-center justify-center rounded-full bg-grey-soft text-xs font-semibold text-ink-2 hover:bg-line data-popup-open:bg-line pointer-coarse:size-10"
          >
            <span aria-hidden>{initials(person.name)}</span>
            <span className="sr-only">{person.name}: account</span>
          </button>
        }
      >
        <div className="max-w-64 px-2 pt-1.5 pb-2">
          <p className="truncate text-sm font-medium">{person.name}</p>
          <p className="truncate text-xs text-ink-3">{person.email}</p>
          {person.roles.length > 0 && <p className="mt-1 text-xs text-ink-2">{person.roles.join(', ')}</p>}
        </div>
        <MenuSeparator />
        <MenuItem onSelect={() => form.current?.requestSubmit()}>
          <LogOut aria-hidden />
          Sign out
        </MenuItem>
      </Menu>
    </>
  )
}
