import { Ban, Pencil, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Card, Section } from '../ui/layout.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { ClockTime } from '../ui/time.tsx'
import type { ActivityModel, CallRow } from './request-detail-models.ts'

/** What was done with the credentials, newest first, as CloudTrail recorded it. Denied and changing calls stand out. */
export function Activity({ activity, now }: { activity: ActivityModel; now: string }): ReactNode {
  const { calls, sentence, open, newerHref, olderHref } = activity
  return (
    <Section id="activity" title="Activity" aside={calls.length > 0 ? sentence : null} className="mt-6">
      {calls.length === 0 ? (
        <Card className="px-4 py-3 text-sm text-ink-2">
          {open ? 'Nothing yet. Calls made with these credentials appear here when CloudTrail delivers them, some 5 minutes later.' : 'CloudTrail recorded no call with these credentials.'}
        </Card>
      ) : (
        <Table label="Calls, newest first">
          <thead>
            <tr>
              <Th>When</Th>
              <Th>Call</Th>
              <Th>Result</Th>
              <Th className="max-sm:hidden">From</Th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <Tr key={call.id}>
                <Td className="w-28 text-ink-2">
                  <ClockTime at={call.at} now={now} />
                </Td>
                <Td className="[overflow-wrap:anywhere]">
                  <code className="font-mono text-xs">{call.call}</code>
                </Td>
                <Td>
                  <CallResult call={call} />
                </Td>
                <Td className="text-xs text-ink-2 max-sm:hidden">
                  <span className="block font-mono">{call.from}</span>
                  <span className="block text-ink-3">{call.region}</span>
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
      <Pagination newerHref={newerHref} olderHref={olderHref} label="Pages of activity" />
    </Section>
  )
}

export function CallResult({ call: { result, code } }: { call: CallRow }): ReactNode {
  switch (result) {
    case 'denied':
      return (
        <span data-tip={code ?? undefined}>
          <Badge tone="orange" icon={Ban}>
            Denied
          </Badge>
        </span>
      )
    case 'failed':
      return (
        <Badge tone="grey" icon={TriangleAlert}>
          {code ?? 'Failed'}
        </Badge>
      )
    case 'change':
      return (
        <Badge tone="amber" icon={Pencil}>
          Change
        </Badge>
      )
    case 'read':
      return <span className="px-1.5 text-xs text-ink-3">Read</span>
  }
}
