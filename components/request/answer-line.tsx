import { clsx } from 'clsx'
import { CircleCheck, CircleSlash, UserCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RequestAnswer } from './request-models.ts'

const looks = {
  automatic: { icon: CircleCheck, className: 'bg-green-soft text-green-text' },
  asked: { icon: UserCheck, className: 'bg-accent-soft text-accent-text' },
  refused: { icon: CircleSlash, className: 'bg-orange-soft text-orange-text' },
}

export function AnswerLine({ answer, pending }: { answer: RequestAnswer; pending: boolean }): ReactNode {
  const { icon: Icon, className } = looks[answer.kind]
  return (
    <div aria-live="polite" aria-busy={pending} className={clsx('flex gap-2 rounded-md px-3 py-2 text-sm transition-opacity', className, pending && 'opacity-60')}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <p>
        <span className="font-medium">{answer.sentence}</span>
        {answer.mend && <span className="block">{answer.mend}</span>}
        {answer.riskNote && <span className="block text-xs">{answer.riskNote}</span>}
      </p>
    </div>
  )
}
