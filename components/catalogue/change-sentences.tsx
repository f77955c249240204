import { Check, TriangleAlert, Users } from 'lucide-react'
import type { ReactNode } from 'react'

/** What a change widens, what else it does, and who gains or loses by it. */
export function ChangeSentences({ widenings, others, impact }: { widenings: string[]; others: string[]; impact: string[] }): ReactNode {
  return (
    <ul className="mt-2 flex flex-col gap-1 text-sm">
      {widenings.map((sentence) => (
        <li key={sentence} className="flex gap-2 text-orange-text"><TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" /><span><span className="font-medium">Gives more:</span> {sentence}</span></li>
      ))}
      {others.map((sentence) => (
        <li key={sentence} className="flex gap-2 text-ink-2"><Check aria-hidden className="mt-0.5 size-4 shrink-0" />{sentence}</li>
      ))}
      {impact.map((sentence) => (
        <li key={sentence} className="flex gap-2 text-ink-2"><Users aria-hidden className="mt-0.5 size-4 shrink-0" />{sentence}</li>
      ))}
    </ul>
  )
}
