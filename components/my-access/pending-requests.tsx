import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { AppLink } from '../ui/app-link.tsx'
import { EnvironmentBadge } from '../ui/badge.tsx'
import { AccountLabel } from '../ui/identifier.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { durationText } from '../ui/time-format.ts'
import { CancelRequest } from './cancel-request.tsx'
import type { PendingRequest } from './my-access-models.ts'

export function PendingRequests({ requests, now, cancelAction }: { requests: PendingRequest[]; now: string; cancelAction: Action }): ReactNode {
  return (
    <ul data-live-hold className="divide-y divide-line rounded-lg border border-line bg-surface">
      {requests.map((request) => (
        <li key={request.id} data-live-id={request.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-2.5">
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm">
              <AppLink href={request.detailHref} className="font-medium hover:underline hover:underline-offset-2">
                {request.profile.name}
              </AppLink>
              <EnvironmentBadge environment={request.profile.account.environment} />
              <AccountLabel account={request.profile.account} className="text-ink-2" />
              <span className="text-ink-3">for {durationText(request.minutes)}</span>
            </p>
            <p className="mt-0.5 text-xs text-ink-3">
              Asked {request.asked} <RelativeTime at={request.askedAt} now={now} />
              {request.typicalWait && `; they usually answer within ${request.typicalWait}`}
            </p>
          </div>
          <CancelRequest requestId={request.id} action={cancelAction} what={request.profile.name} />
        </li>
      ))}
    </ul>
  )
}
