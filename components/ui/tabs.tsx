'use client'
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'

export type TabModel = { value: string; label: string; panel: ReactNode }

/** Arrows move and choose at once: every panel is here already, so nothing waits. */
export function Tabs({ tabs, label }: { tabs: TabModel[]; label: string }): ReactNode {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [chosen, setChosen] = useState(0)
  const current = tabs[chosen]

  function move(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: tabs.length - 1 }
    const next = steps[event.key]
    if (next === undefined) return
    event.preventDefault()
    const index = (next + tabs.length) % tabs.length
    setChosen(index)
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus()
  }

  return (
    <>
      <div ref={list} role="tablist" aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line px-1">
        {tabs.map((tab, index) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            id={`${id}-${tab.value}`}
            aria-controls={`${id}-panel`}
            aria-selected={index === chosen}
            tabIndex={index === chosen ? 0 : -1}
            onClick={() => setChosen(index)}
            onKeyDown={move}
            className="-mb-px h-9 shrink-0 border-b-2 border-transparent px-2.5 text-sm text-ink-2 outline-offset-[-2px] hover:text-ink aria-selected:border-accent aria-selected:font-medium aria-selected:text-ink pointer-coarse:h-11"
          >
            {tab.label}
          </button>
        ))}
      </div>
      {current && (
        <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current.value}`} className="pt-4">
          {current.panel}
        </div>
      )}
    </>
  )
}
