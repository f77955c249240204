import { Activity, BookLock, ClipboardCheck, FileText, Gauge, HeartPulse, KeyRound, LayoutList, PlusCircle, ShieldAlert, UserCheck, Users, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { NavIcon as Name } from './shell-models.ts'

const icons: Record<Name, LucideIcon> = {
  access: KeyRound,
  request: PlusCircle,
  approvals: UserCheck,
  dashboard: Gauge,
  findings: ShieldAlert,
  people: Users,
  record: BookLock,
  health: HeartPulse,
  reports: FileText,
  reviews: ClipboardCheck,
  assessment: Activity,
  catalogue: LayoutList,
}

export function NavIcon({ name }: { name: Name }): ReactNode {
  const Icon = icons[name]
  return <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
}
