import { CircleCheck, CircleDashed } from 'lucide-react'
import type { ReactNode } from 'react'
import { Card, Section } from '../ui/layout.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { EndFact } from './request-detail-models.ts'

export function EndFacts({ ending, now }: { ending: { noNewCredentials: EndFact; issuedDead: EndFact }; now: string }): ReactNode {
  return (
    <Section id="ended" title="How it ended" className="mb-6">
      <Card className="divide-y divide-line">
        <Fact label="No new credentials" fact={ending.noNewCredentials} now={now} />
        <Fact label="Issued credentials dead" fact={ending.issuedDead} now={now} />
      </Card>
    </Section>
  )
}

function Fact({ label, fact, now }: { label: string; fact: EndFact; now: string }): ReactNode {
  const Icon = fact.at ? CircleCheck : CircleDashed
  return (
    <div className="grid grid-cols-[1rem_minmax(0,1fr)_auto] items-start gap-x-3 px-4 py-2.5 text-sm">
      <Icon aria-hidden className={`mt-0.5 size-4 ${fact.at ? 'text-green-text' : 'text-amber-text'}`} />
      <p>
        <span className="font-medium">{label}</span>
        <span className="block text-ink-2">{fact.how}</span>
      </p>
      {fact.at ? <ClockTime at={fact.at} now={now} className="text-xs text-ink-3" /> : <span className="text-xs text-amber-text">not confirmed yet</span>}
    </div>
  )
}
