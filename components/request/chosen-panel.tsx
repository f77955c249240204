import type { ReactNode } from 'react'
import { EnvironmentBadge, RiskBadge } from '../ui/badge.tsx'
import { Card, Section } from '../ui/layout.tsx'
import { AccountLabel } from '../ui/identifier.tsx'
import { PermissionPreview } from '../ui/permission-preview.tsx'
import { RequestForm } from './request-form.tsx'
import type { ChosenProfile, RequestPageProps } from './request-models.ts'

type Props = Pick<RequestPageProps, 'now' | 'action' | 'prefill' | 'answerAction'> & { chosen: ChosenProfile }

export function ChosenPanel({ now, chosen, action, prefill, answerAction }: Props): ReactNode {
  const { profile } = chosen
  const { preview: _preview, ...form } = chosen
  return (
    <Card className="p-5">
      <header className="mb-5">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5">
          <h2 className="text-lg font-semibold tracking-tight">{profile.name}</h2>
          <EnvironmentBadge environment={profile.account.environment} />
          <RiskBadge tier={profile.riskTier} />
        </div>
        <p className="mt-1 flex flex-wrap items-center gap-x-2 text-sm text-ink-2">
          <AccountLabel account={profile.account} />
          <span aria-hidden className="max-sm:hidden">·</span>
          {chosen.grantKind}
        </p>
        <p className="mt-2 max-w-[68ch] text-sm text-ink-2">{chosen.summary}</p>
      </header>
      <div className="grid grid-cols-1 gap-x-8 gap-y-6 xl:grid-cols-2">
        <Section id="allows" title="What it allows" className="mb-0 xl:order-2">
          <PermissionPreview preview={chosen.preview} now={now} />
        </Section>
        <RequestForm chosen={form} action={action} {...(prefill ? { prefill } : {})} {...(answerAction ? { answerAction } : {})} />
      </div>
    </Card>
  )
}
