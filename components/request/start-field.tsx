'use client'
import type { ReactNode } from 'react'
import { useTimeZone } from '../ui/clock.ts'
import { TextInput } from '../ui/controls.tsx'
import { Field } from '../ui/field.tsx'

/** To the minute, on the reader's own clock; what is sent is the moment itself (ISO 8601). */
export function StartField({ value, error, onChange }: { value: string; error?: string | undefined; onChange: (value: string) => void }): ReactNode {
  const zone = useTimeZone()
  return (
    <Field id="starts-at" label="Start" optional error={error} hint={`Empty: as soon as it is approved. The clock starts then, not now. Times are ${zone}.`}>
      {(wiring) => (
        <>
          <TextInput {...wiring} type="datetime-local" value={localOf(value)} className="max-w-60" onChange={(event) => onChange(momentOf(event.target.value))} />
          <input type="hidden" name="startsAt" value={value} />
        </>
      )}
    </Field>
  )
}

function momentOf(local: string): string {
  const at = new Date(local)
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}

/** What `datetime-local` wants: the same moment without a zone, in the reader's. */
function localOf(moment: string): string {
  const at = new Date(moment)
  if (Number.isNaN(at.getTime())) return ''
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
