'use client'
import { useState, type ReactNode } from 'react'
import { ActionButton } from '../ui/action-button.tsx'
import { AppLink } from '../ui/app-link.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { TextInput } from '../ui/controls.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { Table, Td, Th, Tr } from '../ui/table.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { useAnnouncedAction } from '../ui/use-announced-action.ts'
import type { Action } from '../models.ts'
import type { ReviewLineModel, ReviewPageProps } from './review-models.ts'

/** Lines are chosen one by one, then decided together: nothing is chosen by itself. */
export function ReviewLines({ now, lines, settle }: Pick<ReviewPageProps, 'now' | 'lines' | 'settle'>): ReactNode {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const open = lines.filter((line) => line.mine && line.decision === null)
  const picked = open.filter(({ id }) => chosen.has(id))
  const toggle = (id: string): void => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  return (
    <>
      {settle && open.length > 0 && <Decide settle={settle} picked={picked} done={() => setChosen(new Set())} />}
      <Table label="Lines of the review" wide>
        <thead>
          <tr>
            <Th>
              <span className="sr-only">Choose</span>
            </Th>
            <Th>Person</Th>
            <Th>May ask for</Th>
            <Th>Last used</Th>
            <Th align="right">Findings</Th>
            <Th>Decision</Th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Tr key={line.id}>
              <Td className="w-8">
                {settle && line.mine && line.decision === null && <input type="checkbox" className="size-4" aria-label={`Choose ${line.person.name}, ${line.profile.title}`} checked={chosen.has(line.id)} onChange={() => toggle(line.id)} />}
              </Td>
              <Td className="whitespace-nowrap">
                {line.person.href ? (
                  <AppLink href={line.person.href} className="font-medium hover:underline hover:underline-offset-2">
                    {line.person.name}
                  </AppLink>
                ) : (
                  line.person.name
                )}
                <span className="block text-xs text-ink-3">{line.groups.join(', ')}</span>
              </Td>
              <Td className="min-w-48">
                {line.profile.title}
                <span className="block text-xs text-ink-3">
                  {line.profile.account}, {line.profile.riskTier} risk
                </span>
              </Td>
              <Td className="whitespace-nowrap text-ink-2">
                {line.lastUsedAt ? <RelativeTime at={line.lastUsedAt} now={now} /> : 'Never'}
                <span className="block text-xs text-ink-3">{line.grants === 1 ? '1 grant' : `${line.grants} grants`}</span>
              </Td>
              <Td align="right" className="tabular">
                {line.findings > 0 ? <Badge tone="orange">{line.findings}</Badge> : 0}
              </Td>
              <Td className="min-w-40">
                <Decision line={line} now={now} />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </>
  )
}

function Decision({ line: { decision, reviewer, giveBack, person, profile }, now }: { line: ReviewLineModel; now: string }): ReactNode {
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
      {giveBack && <ActionButton label="Give back" name={`Give ${profile.title} back to ${person.name}`} action={giveBack.action} fields={{ personId: giveBack.personId, profileId: giveBack.profileId }} />}
    </div>
  )
}

function Decide({ settle, picked, done }: { settle: Action; picked: ReviewLineModel[]; done: () => void }): ReactNode {
  const [state, run, busy] = useAnnouncedAction(settle, { onDone: done })
  const causes = picked.filter(({ cause }) => cause !== null).length
  return (
    <form action={run} className="sticky top-(--top-bar) z-10 mb-3 flex flex-wrap items-end gap-2 rounded-lg border border-line bg-surface p-3">
      {picked.map(({ id }) => (
        <input key={id} type="hidden" name="line" value={id} />
      ))}
      <label className="flex min-w-48 flex-1 flex-col gap-1 text-xs text-ink-3">
        Reason{causes > 0 ? `, needed to keep ${causes === 1 ? 'one of them' : `${causes} of them`}` : ', needed to remove'}
        <TextInput name="reason" maxLength={1000} autoComplete="off" />
      </label>
      <Button type="submit" name="verdict" value="keep" disabled={picked.length === 0 || busy}>
        Keep {picked.length > 0 ? picked.length : ''}
      </Button>
      <Button type="submit" tone="critical" name="verdict" value="remove" disabled={picked.length === 0 || busy}>
        Remove {picked.length > 0 ? picked.length : ''}
      </Button>
      <div className="w-full empty:hidden">
        <FormMessage state={state} />
      </div>
    </form>
  )
}
