'use client'
import { LogOut } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { Menu, MenuItem } from '../ui/menu.tsx'
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
        label={person.name}
        buttonClassName="flex size-8 shrink-0 items-center justify-center rounded-full bg-grey-soft text-xs font-semibold text-ink-2 hover:bg-line aria-expanded:bg-line pointer-coarse:size-10"
        button={
          <>
            <span aria-hidden>{initials(person.name)}</span>
            <span className="sr-only">{person.name}: account</span>
          </>
        }
      >
        <div className="max-w-64 px-2 pt-1.5 pb-2">
          <p className="truncate text-sm font-medium">{person.name}</p>
          <p className="truncate text-xs text-ink-3">{person.email}</p>
          {person.roles.length > 0 && <p className="mt-1 text-xs text-ink-2">{person.roles.join(', ')}</p>}
        </div>
        <hr className="my-1 border-line" />
        <MenuItem onSelect={() => form.current?.requestSubmit()}>
          <LogOut aria-hidden />
          Sign out
        </MenuItem>
      </Menu>
    </>
  )
}
