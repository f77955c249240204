'use client'
import type { ReactNode } from 'react'
import type { Action } from '../models.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextInput } from '../ui/controls.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { PersonField } from '../ui/person-field.tsx'
import { useAnnouncedAction } from '../ui/use-announced-action.ts'
import type { ReviewLineModel, ReviewPageProps } from './review-models.ts'

type Props = { reviewId: string; settle: Action; reassign: ReviewPageProps['reassign']; picked: ReviewLineModel[]; done: () => void }

/** What can be done with the lines that are chosen. Nothing is, until some are. */
export function DecideLines({ reviewId, settle, reassign, picked, done }: Props): ReactNode {
  const [state, run, busy] = useAnnouncedAction(settle, { onDone: done })
  const mine = picked.filter((line) => line.mine)
  const causes = mine.filter(({ cause }) => cause !== null).length
  const count = picked.length > 0 ? ` ${mine.length}` : ''
  return (
    <div data-print="no" className="sticky top-(--top-bar) z-10 mb-3 rounded-lg border border-line bg-surface p-3">
      <form action={run} className="flex flex-wrap items-end gap-2">
        <Lines picked={mine} />
        <label className="flex flex-1 basis-full flex-col sm:basis-48 gap-1 text-xs text-ink-3">
          {picked.length === 0 ? 'Choose lines below, then say why' : `Reason, needed to remove${causes > 0 ? `, and to keep ${causes === 1 ? (mine.length === 1 ? 'it' : 'one of them') : `${causes} of them`}` : ''}`}
          <TextInput name="reason" maxLength={1000} autoComplete="off" />
        </label>
        <Button type="submit" name="verdict" value="keep" disabled={mine.length === 0 || busy}>
          Keep{count}
        </Button>
        <Button type="submit" tone="critical" name="verdict" value="remove" disabled={mine.length === 0 || busy}>
          Remove{count}
        </Button>
        <div className="w-full empty:hidden">
          <FormMessage state={state} />
        </div>
      </form>
      {reassign && picked.length > 0 && (
        <div className="mt-2 flex items-center gap-2 text-xs text-ink-3">
          <ConfirmDialog trigger={{ label: `Give ${picked.length} to another reviewer`, tone: 'quiet', size: 'sm' }} title="Give to another reviewer" consequences={`${picked.length === 1 ? 'One line waits' : `${picked.length} lines wait`} for them then, and they are told. Nobody reviews their own access.`} confirmLabel="Give to them" keepLabel="Leave it" tone="primary" action={reassign.action} fields={{ reviewId }}>
            <Lines picked={picked} />
            <PersonField id="review-to" name="reviewerId" label="Reviewer" choose={reassign.choose} />
          </ConfirmDialog>
        </div>
      )}
    </div>
  )
}

function Lines({ picked }: { picked: ReviewLineModel[] }): ReactNode {
  return picked.map(({ id }) => <input key={id} type="hidden" name="line" value={id} />)
}
