'use client'
import { TriangleAlert } from 'lucide-react'
import { startTransition, useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'
import { FormMessage } from '../ui/form-message.tsx'
import { Card, PageHeader, Section } from '../ui/layout.tsx'
import { SubmitButton } from '../ui/submit-button.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { useAnnouncedAction } from '../ui/use-announced-action.ts'
import type { DraftAnswer, EditorPageProps } from './catalogue-models.ts'
import { ChangeSentences } from './change-sentences.tsx'
import { ProfileFields } from './profile-fields.tsx'
import { type Draft, useDraftCheck } from './use-draft-check.ts'

/** Edit, then review what it does, then save or propose. */
export function EditorPage(props: EditorPageProps): ReactNode {
  const draft = useDraftCheck(props.profileId, props.first, props.check)
  const [reviewing, setReviewing] = useState(false)
  const { plan, problems } = draft.answer
  const changes = plan !== null && plan.widenings.length + plan.others.length > 0
  const ready = !draft.pending && draft.failure === null && problems.length === 0 && changes
  return (
    <>
      <PageHeader title={props.title} back={props.back} lead={reviewing ? 'Step 2 of 2: what it does.' : 'Step 1 of 2: nothing is saved before you reviewed it.'} />
      {reviewing && plan ? (
        <Review plan={plan} draft={draft} props={props} onBack={() => setReviewing(false)} />
      ) : (
        <div className="grid grid-cols-1 items-start gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <Card className="p-4">
            <Tabs
              label="How to edit"
              tabs={[
                { value: 'fields', label: 'Fields', panel: <Fields draft={draft} props={props} /> },
                { value: 'yaml', label: 'YAML', panel: <YamlField draft={draft} /> },
              ]}
            />
          </Card>
          <div className="flex flex-col gap-4 lg:sticky lg:top-16">
            <Meaning answer={draft.answer} failure={draft.failure} />
            <Button tone="primary" disabled={!ready} onClick={() => setReviewing(true)}>Review</Button>
            <p className="text-xs text-ink-3">{draft.pending ? 'Reading what you typed…' : problems.length > 0 ? 'Mend what is marked first.' : changes ? 'Nothing is saved yet.' : 'Nothing is different from what stands.'}</p>
          </div>
        </div>
      )}
    </>
  )
}

function Fields({ draft, props }: { draft: Draft; props: EditorPageProps }): ReactNode {
  const problemOf = (field: string): string | undefined => draft.answer.problems.find((problem) => problem.field === field)?.message
  return <ProfileFields key={draft.revision} model={draft.model} isNew={props.profileId === null} accounts={props.accounts} problemOf={problemOf} onChange={draft.setModel} />
}

function YamlField({ draft }: { draft: Draft }): ReactNode {
  const said = draft.answer.problems.map(({ line, field, message }) => `Line ${line}${field ? `, ${field}` : ''}: ${message}`)
  return (
    <Field id="yaml" label="The profile as YAML" error={said.length > 0 ? said.join('\n') : undefined}>
      {(wiring) => <TextArea {...wiring} rows={28} spellCheck={false} value={draft.yaml} onChange={(event) => draft.setYaml(event.target.value)} className="font-mono" />}
    </Field>
  )
}

/** What the draft means, in sentences. */
function Meaning({ answer, failure }: { answer: DraftAnswer; failure: string | null }): ReactNode {
  return (
    <Section id="meaning" title="What it says" className="">
      <Card className="flex flex-col gap-3 p-4 text-sm">
        {failure && <p className="text-orange-text">{failure}</p>}
        {answer.problems.length > 0 && <ul className="flex flex-col gap-1 text-red-text">{answer.problems.map(({ line, field, message }) => <li key={`${line}${field}${message}`}>{field || `Line ${line}`}: {message}</li>)}</ul>}
        {answer.warnings.map((warning) => <p key={warning} className="flex gap-2 text-orange-text"><TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />{warning}</p>)}
        <ul className="flex flex-col gap-1">{answer.terms.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
        <ol className="flex flex-col gap-1 text-ink-2">{answer.rules.map(({ name, sentence }, index) => <li key={index}><span className="font-medium">{name}.</span> {sentence}</li>)}</ol>
      </Card>
    </Section>
  )
}

type ReviewProps = { plan: NonNullable<DraftAnswer['plan']>; draft: Draft; props: EditorPageProps; onBack: () => void }

function Review({ plan, draft, props, onBack }: ReviewProps): ReactNode {
  const [state, run, busy] = useAnnouncedAction(props.save)
  const widens = plan.widenings.length > 0
  // React resets a form after its action; sent this way, a reason that was refused is still there.
  function send(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    startTransition(() => run(form))
  }
  return (
    <form action={run} onSubmit={send} className="max-w-3xl">
      <input type="hidden" name="profileId" value={props.profileId ?? ''} />
      <input type="hidden" name="baseHash" value={props.baseHash} />
      <input type="hidden" name="yaml" value={draft.yaml} />
      <Card className="flex flex-col gap-4 p-4">
        <h2 className="text-sm font-semibold">{widens ? 'This gives more, so another admin has to agree' : 'This gives nobody more, so it holds as soon as you save it'}</h2>
        <ChangeSentences {...plan} />
        {draft.answer.warnings.map((warning) => <p key={warning} className="flex gap-2 text-sm text-orange-text"><TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />{warning}</p>)}
        <Field id="reason" label="Why" optional hint="Whoever decides it reads this; it stays with the change.">
          {(wiring) => <TextArea {...wiring} name="reason" rows={2} maxLength={1000} />}
        </Field>
        <FormMessage state={state} />
        <div className="flex flex-wrap gap-2">
          <SubmitButton busy={busy}>{widens ? 'Propose the change' : 'Save the change'}</SubmitButton>
          <Button tone="quiet" onClick={onBack}>Back to editing</Button>
        </div>
      </Card>
    </form>
  )
}
