import type { ReactNode } from 'react'
import { RelativeTime } from '../ui/time.tsx'
import type { Fact } from './health-models.ts'

export function Facts({ facts, now }: { facts: readonly Fact[]; now: string }): ReactNode {
  return (
    <dl className="tabular mt-0.5 flex flex-wrap gap-x-4 gap-y-0.5 text-xs">
      {facts.map(({ label, text, at, bad }) => (
        <div key={label} className="flex gap-1.5">
          <dt className="text-ink-3">{label}</dt>
          <dd className={bad ? 'font-medium text-orange-text' : 'text-ink-2'}>{at ? <RelativeTime at={at} now={now} /> : text}</dd>
        </div>
      ))}
    </dl>
  )
}
