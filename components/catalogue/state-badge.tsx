import { CircleCheck, CircleSlash, FlaskConical, Hourglass } from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge } from '../ui/badge.tsx'
import type { ChangeModel, ProfileState } from './catalogue-models.ts'

const states = {
  offered: { tone: 'green', icon: CircleCheck, word: 'Offered' },
  pilot: { tone: 'violet', icon: FlaskConical, word: 'Pilot' },
  withdrawn: { tone: 'grey', icon: CircleSlash, word: 'Withdrawn' },
} as const

export function ProfileStateBadge({ state }: { state: ProfileState }): ReactNode {
  const { tone, icon, word } = states[state]
  return <Badge tone={tone} icon={icon}>{word}</Badge>
}

export function WaitingBadge(): ReactNode {
  return <Badge tone="amber" icon={Hourglass}>Change waiting</Badge>
}

const changeStates = {
  proposed: { tone: 'amber', icon: Hourglass, word: 'Waiting' },
  applied: { tone: 'green', icon: CircleCheck, word: 'Applied' },
  rejected: { tone: 'grey', icon: CircleSlash, word: 'Rejected' },
  withdrawn: { tone: 'grey', icon: CircleSlash, word: 'Withdrawn' },
  superseded: { tone: 'grey', icon: CircleSlash, word: 'Superseded' },
} as const

export function ChangeStateBadge({ state }: { state: ChangeModel['state'] }): ReactNode {
  const { tone, icon, word } = changeStates[state]
  return <Badge tone={tone} icon={icon}>{word}</Badge>
}
