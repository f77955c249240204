'use client'
import { useState, type ReactNode } from 'react'
import { ActionButton } from '../ui/action-button.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { Badge } from '../ui/badge.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { DecideLines } from './decide-lines.tsx'
import type { ReviewLineModel, ReviewPageProps } from './review-models.ts'

const headings = {
  access: { who: 'Person', what: 'May ask for', use: 'Last used' },
  approvers: { who: 'Person', what: 'May decide about', use: 'Last decided' },
  standing: { who: 'Role in AWS', what: 'Outside the record', use: 'Last used' },
}

/** Lines are chosen one by one, then decided together: nothing is chosen by itself. */
export function ReviewLines({ now, review, lines, settle, reassign }: Pick<ReviewPageProps, 'now' | 'review' | 'lines' | 'settle' | 'reassign'>): ReactNode {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const open = lines.filter((line) => line.decision === null && (line.mine || line.movable))
  const picked = open.filter(({ id }) => chosen.has(id))
  const toggle = (id: string): void => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  const { who, what, use } = headings[review.about]
  return (
    <>
      {settle && open.length > 0 && <DecideLines reviewId={review.id} settle={settle} reassign={reassign} picked={picked} done={() => setChosen(new Set())} />}
      <Table label="Lines of the review" wide>
        <thead>
          <tr>
            {settle && open.length > 0 && (
              <Th className="relative w-8">
                <span className="sr-only">Choose</span>
              </Th>
            )}
            <Th className="max-md:hidden">{who}</Th>
            <Th>{what}</Th>
            <Th className="max-md:hidden">{use}</Th>
            <Th align="right" className="max-md:hidden">
              Findings
            </Th>
            <Th>Decision</Th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Tr key={line.id}>
              {settle && open.length > 0 && (
                <Td className="w-8">
                  {open.includes(line) && <input type="checkbox" className="size-4 accent-accent" aria-label={`Choose ${line.who.name}, ${line.what.title}`} checked={chosen.has(line.id)} onChange={() => toggle(line.id)} />}
                </Td>
              )}
              <Td className="min-w-36 max-md:hidden">
                <Who line={line} />
                <span className="block text-xs text-ink-3">{line.who.detail}</span>
              </Td>
              <Td className="min-w-44">
                {/* On a phone, one column says it all. */}
                <span className="block md:hidden">
                  <Who line={line} />
                </span>
                {line.what.title}
                <span className="block text-xs text-ink-3">{line.what.detail}</span>
                <span className="block text-xs text-ink-3 md:hidden">
                  {use}: <Used line={line} now={now} />
                  {line.findings > 0 && `, ${line.findings === 1 ? '1 finding' : `${line.findings} findings`}`}
                </span>
              </Td>
              <Td className="whitespace-nowrap text-ink-2 max-md:hidden">
                <Used line={line} now={now} />
                {line.lastUsedAt && <span className="block text-xs text-ink-3">{line.uses}</span>}
              </Td>
              <Td align="right" className="tabular max-md:hidden">
                {line.findings > 0 ? <Badge tone="orange">{line.findings}</Badge> : 0}
              </Td>
              <Td className="min-w-36 md:min-w-48">
                <Decision line={line} now={now} />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </>
  )
}

function Who({ line: { who } }: { line: ReviewLineModel }): ReactNode {
  if (!who.href) return <span className="font-medium">{who.name}</span>
  return (
    <AppLink href={who.href} className="font-medium hover:underline hover:underline-offset-2">
      {who.name}
    </AppLink>
  )
}

const Used = ({ line: { lastUsedAt }, now }: { line: ReviewLineModel; now: string }): ReactNode => (lastUsedAt ? <RelativeTime at={lastUsedAt} now={now} /> : 'Never')

function Decision({ line: { decision, reviewer, giveBack, gone, who, what }, now }: { line: ReviewLineModel; now: string }): ReactNode {
  if (!decision) return <span className="text-ink-3">Waits for {reviewer}</span>
  return (
    <div className="flex flex-col items-start gap-1">
      <span>
        <Badge tone={decision.verdict === 'keep' ? 'green' : 'red'}>{decision.verdict === 'keep' ? 'Kept' : 'Removed'}</Badge>{' '}
        <span className="text-xs text-ink-3">
          {decision.by}, <RelativeTime at={decision.at} now={now} />
        </span>
      </span>
      {decision.reason && <span className="text-xs text-ink-2">{decision.reason}</span>}
      {gone && (
        <span className="text-xs text-ink-2">
          {gone.at ? (
            <>
              Gone from AWS <RelativeTime at={gone.at} now={now} />
            </>
          ) : (
            'Still in AWS: somebody with rights there has to remove it.'
          )}
        </span>
      )}
      {giveBack && <ActionButton label="Give back" name={`Give ${what.title} back to ${who.name}`} action={giveBack.action} fields={giveBack.fields} />}
    </div>
  )
}
