'use client'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { TextInput } from './controls.tsx'
import { Field } from './field.tsx'

type PersonOption = { id: string; name: string; username: string }
export type ChoosePeople = (text: string) => Promise<{ ok: true; people: PersonOption[] } | { ok: false }>

const typingMs = 200
const labelOf = ({ name, username }: PersonOption): string => `${name} (${username})`

/** Chooses one person by typing a part of the name: the platform's own list, so that it works with every keyboard and reader. */
export function PersonField({ id, name, label, hint, optional = false, choose }: { id: string; name: string; label: string; hint?: string; optional?: boolean; choose: ChoosePeople }): ReactNode {
  const listId = useId()
  const [text, setText] = useState('')
  const [known, setKnown] = useState<PersonOption[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const asked = useRef('')
  useEffect(() => () => clearTimeout(timer.current), [])
  const chosen = known.find((option) => labelOf(option) === text)
  const input = useRef<HTMLInputElement>(null)
  // A name that stands there and was not chosen must not count as none.
  useEffect(() => input.current?.setCustomValidity(text.trim() !== '' && !chosen ? 'Choose somebody from the list, or leave it empty.' : ''), [text, chosen])

  function type(next: string): void {
    setText(next)
    clearTimeout(timer.current)
    const wanted = next.trim()
    if (wanted.length < 2 || known.some((option) => labelOf(option) === next)) return
    timer.current = setTimeout(async () => {
      asked.current = wanted
      const found = await choose(wanted).catch(() => ({ ok: false as const }))
      if (asked.current === wanted) setKnown(found.ok ? found.people : [])
    }, typingMs)
  }
  return (
    <Field id={id} label={label} optional={optional} hint={hint ?? 'Type two letters of the name, then choose.'}>
      {(wiring) => (
        <>
          <TextInput {...wiring} ref={input} list={listId} value={text} autoComplete="off" onChange={(event) => type(event.target.value)} />
          <datalist id={listId}>
            {known.map((option) => (
              <option key={option.id} value={labelOf(option)}>
                {labelOf(option)}
              </option>
            ))}
          </datalist>
          <input type="hidden" name={name} value={chosen?.id ?? ''} />
        </>
      )}
    </Field>
  )
}
