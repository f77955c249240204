'use client'
import { Monitor, Moon, Sun } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { iconButtonClass } from '../ui/button.tsx'
import { Menu, MenuChoice } from '../ui/menu.tsx'
import type { Theme } from './shell-models.ts'

const options = [
  { value: 'system', label: 'As the system', icon: <Monitor aria-hidden /> },
  { value: 'light', label: 'Light', icon: <Sun aria-hidden /> },
  { value: 'dark', label: 'Dark', icon: <Moon aria-hidden /> },
]

/** The cookie lets the server render the right theme at once, so no script has to run before the first paint. */
export function ThemeSwitch({ theme }: { theme: Theme }): ReactNode {
  const [chosen, setChosen] = useState<string>(theme)

  function choose(next: string): void {
    setChosen(next)
    if (next === 'system') {
      delete document.documentElement.dataset['theme']
      document.cookie = 'theme=; path=/; max-age=0; samesite=lax'
      return
    }
    document.documentElement.dataset['theme'] = next
    document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`
  }
  return (
    <Menu
      label="Theme"
      name="Theme"
      buttonClassName={iconButtonClass}
      button={chosen === 'dark' ? <Moon aria-hidden /> : chosen === 'light' ? <Sun aria-hidden /> : <Monitor aria-hidden />}
    >
      <MenuChoice label="Theme" value={chosen} options={options} onChange={choose} />
    </Menu>
  )
}
