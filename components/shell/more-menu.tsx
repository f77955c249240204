'use client'
import { Ellipsis } from 'lucide-react'
import type { ReactNode } from 'react'
import { Menu, MenuLink } from '../ui/menu.tsx'

export function MoreMenu({ items, className }: { items: { href: string; label: string; count?: number }[]; className: string }): ReactNode {
  return (
    <Menu
      label="More places"
      buttonClassName={className}
      button={
        <>
          <Ellipsis aria-hidden className="size-4" />
          More
        </>
      }
    >
      {items.map((item) => (
        <MenuLink key={item.href} href={item.href}>
          <span className="flex-1">{item.label}</span>
          {item.count !== undefined && <span className="tabular text-xs font-semibold text-accent-text">{item.count}</span>}
        </MenuLink>
      ))}
    </Menu>
  )
}
