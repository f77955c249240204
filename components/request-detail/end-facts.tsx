import { CircleCheck, CircleDashed } from 'lucide-react'
import type { ReactNode } from 'react'
import { Card, Section } from '../ui/layout.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { EndFact } from './request-detail-models.ts'

export function EndFacts({ id, title, ending, now }: { id: string; title: string; ending: EndFact[]; now: string }): ReactNode {
  return (
    <Section id={id} title={title} className="mb-6">
      <Card className="divide-y divide-line">
        {ending.map((fact) => (
          <Fact key={fact.label} fact={fact} now={now} />
        ))}
      </Card>
    </Section>
  )
}

function Fact({ fact: { label, at, how, open }, now }: { fact: EndFact; now: string }): ReactNode {
  const Icon = open ? CircleDashed : CircleCheck
  return (
    <div className="grid grid-cols-[1rem_minmax(0,1fr)_auto] items-start gap-x-3 px-4 py-2.5 text-sm">
      <Icon aria-hidden className={`mt-0.5 size-4 ${open ? 'text-amber-text' : 'text-green-text'}`} />
      <p>
        <span className="font-medium">{label}</span>
        <span className="block text-ink-2">{how}</span>
      </p>
      {at ? <ClockTime at={at} now={now} className="text-xs text-ink-3" /> : <span className="text-xs text-amber-text">not yet</span>}
    </div>
  )
}
