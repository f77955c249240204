import { clsx } from 'clsx'
import {
  BellOff, CircleAlert, CircleCheck, CircleDashed, CircleDot, CircleSlash, CircleX, Clock, Cog, Eye, FlaskConical, Flame,
  Hourglass, Info, Layers, LoaderCircle, OctagonAlert, Shield, ShieldAlert, TriangleAlert, Undo2, type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { EndedAs, Environment, FindingState, GrantState, RequestState, RiskTier, Severity } from '../models.ts'

export type BadgeTone = 'grey' | 'green' | 'amber' | 'orange' | 'red' | 'solid-red' | 'violet' | 'teal' | 'accent'

const tones: Record<BadgeTone, string> = {
  grey: 'bg-grey-soft text-grey-text',
  green: 'bg-green-soft text-green-text',
  amber: 'bg-amber-soft text-amber-text',
  orange: 'bg-orange-soft text-orange-text',
  red: 'bg-red-soft text-red-text',
  'solid-red': 'bg-red text-accent-on',
  violet: 'bg-violet-soft text-violet-text',
  teal: 'bg-teal-soft text-teal-text',
  accent: 'bg-accent-soft text-accent-text',
}

/** Never colour alone: an icon and a word always go with it. */
export function Badge({ tone = 'grey', icon: Icon, children, className }: { tone?: BadgeTone; icon?: LucideIcon; children: ReactNode; className?: string }): ReactNode {
  return (
    <span className={clsx('inline-flex h-5 shrink-0 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap', tones[tone], className)}>
      {Icon && <Icon aria-hidden className="size-3 shrink-0" strokeWidth={2.25} />}
      {children}
    </span>
  )
}

type Look = { tone: BadgeTone; icon: LucideIcon; word: string }

const environments: Record<Environment, Look> = {
  production: { tone: 'red', icon: Flame, word: 'Production' },
  staging: { tone: 'violet', icon: Layers, word: 'Staging' },
  development: { tone: 'teal', icon: Cog, word: 'Development' },
  sandbox: { tone: 'grey', icon: FlaskConical, word: 'Sandbox' },
}
const risks: Record<RiskTier, Look> = {
  low: { tone: 'grey', icon: Shield, word: 'Low risk' },
  medium: { tone: 'grey', icon: Shield, word: 'Medium risk' },
  high: { tone: 'orange', icon: ShieldAlert, word: 'High risk' },
  critical: { tone: 'orange', icon: ShieldAlert, word: 'Critical risk' },
}
const severities: Record<Severity, Look> = {
  informational: { tone: 'grey', icon: Info, word: 'Info' },
  low: { tone: 'grey', icon: CircleAlert, word: 'Low' },
  medium: { tone: 'amber', icon: TriangleAlert, word: 'Medium' },
  high: { tone: 'orange', icon: TriangleAlert, word: 'High' },
  critical: { tone: 'solid-red', icon: OctagonAlert, word: 'Critical' },
}
const states: Record<RequestState | GrantState | EndedAs, Look> = {
  pending: { tone: 'amber', icon: Hourglass, word: 'Waiting' },
  approved: { tone: 'green', icon: CircleCheck, word: 'Approved' },
  denied: { tone: 'grey', icon: CircleX, word: 'Denied' },
  cancelled: { tone: 'grey', icon: CircleSlash, word: 'Cancelled' },
  lapsed: { tone: 'grey', icon: Clock, word: 'Lapsed' },
  scheduled: { tone: 'accent', icon: Clock, word: 'Scheduled' },
  activating: { tone: 'accent', icon: LoaderCircle, word: 'Activating' },
  active: { tone: 'green', icon: CircleDot, word: 'Active' },
  ending: { tone: 'amber', icon: CircleDashed, word: 'Ending' },
  ended: { tone: 'grey', icon: CircleCheck, word: 'Ended' },
  failed: { tone: 'orange', icon: TriangleAlert, word: 'Failed' },
  expired: { tone: 'grey', icon: Clock, word: 'Expired' },
  relinquished: { tone: 'grey', icon: Undo2, word: 'Ended by holder' },
  revoked: { tone: 'grey', icon: CircleSlash, word: 'Revoked' },
}
const findingStates: Record<FindingState, Look> = {
  open: { tone: 'amber', icon: CircleDot, word: 'Open' },
  acknowledged: { tone: 'accent', icon: Eye, word: 'Acknowledged' },
  closed: { tone: 'grey', icon: CircleCheck, word: 'Closed' },
  suppressed: { tone: 'grey', icon: BellOff, word: 'Suppressed' },
}

function LookBadge({ look: { tone, icon, word } }: { look: Look }): ReactNode {
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  )
}

export function EnvironmentBadge({ environment }: { environment: Environment }): ReactNode {
  return <LookBadge look={environments[environment]} />
}
export function RiskBadge({ tier }: { tier: RiskTier }): ReactNode {
  return <LookBadge look={risks[tier]} />
}
export function SeverityBadge({ severity }: { severity: Severity }): ReactNode {
  return <LookBadge look={severities[severity]} />
}
export function StateBadge({ state }: { state: RequestState | GrantState | EndedAs }): ReactNode {
  return <LookBadge look={states[state]} />
}
export function FindingStateBadge({ state }: { state: FindingState }): ReactNode {
  return <LookBadge look={findingStates[state]} />
}
