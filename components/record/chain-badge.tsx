import { Anchor, CircleCheck, Hourglass, Link2, OctagonAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge } from '../ui/badge.tsx'
import type { ChainState, RecordPageProps } from './record-models.ts'

export function ChainBadge({ state }: { state: ChainState }): ReactNode {
  switch (state) {
    case 'committed':
      return (
        <Badge tone="amber" icon={Hourglass}>
          Not sealed yet
        </Badge>
      )
    case 'sealed':
      return (
        <Badge tone="grey" icon={Link2}>
          Sealed, not anchored yet
        </Badge>
      )
    case 'anchored':
      return (
        <Badge tone="green" icon={Anchor}>
          Anchored
        </Badge>
      )
  }
}

const lines = {
  whole: { icon: CircleCheck, className: 'text-green-text' },
  behind: { icon: TriangleAlert, className: 'text-amber-text' },
  broken: { icon: OctagonAlert, className: 'text-red-text' },
}

export function ChainLine({ state, children }: { state: RecordPageProps['chain']['state']; children: ReactNode }): ReactNode {
  const { icon: Icon, className } = lines[state]
  return (
    <span className="inline-flex items-baseline gap-1.5">
      <Icon aria-hidden className={`size-3.5 shrink-0 self-center ${className}`} />
      <span className={state === 'whole' ? undefined : className}>{children}</span>
    </span>
  )
}
