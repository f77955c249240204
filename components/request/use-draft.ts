'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { RequestValues } from './request-models.ts'

const keyOf = (slug: string): string => `latchkey:request:${slug}`

function readDraft(slug: string): Partial<RequestValues> {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(keyOf(slug)) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Partial<RequestValues>) : {}
  } catch {
    return {}
  }
}

/** What was typed survives reload and going back, for this tab and this profile; a sent request takes its draft along. */
export function useDraft(slug: string, first: RequestValues): { values: RequestValues; set: (field: keyof RequestValues, value: string) => void; setSent: (sent: boolean) => void } {
  const [values, setValues] = useState(first)
  const done = useRef(false)

  useEffect(() => {
    const draft = readDraft(slug)
    // After hydration on purpose: the server cannot know what this tab has stored.
    // oxlint-disable-next-line react/set-state-in-effect
    if (Object.keys(draft).length > 0) setValues((now) => ({ ...now, ...draft }))
    return () => {
      if (done.current) sessionStorage.removeItem(keyOf(slug))
    }
  }, [slug])

  function set(field: keyof RequestValues, value: string): void {
    done.current = false
    setValues((now) => {
      const next = { ...now, [field]: value }
      sessionStorage.setItem(keyOf(slug), JSON.stringify(next))
      return next
    })
  }
  const setSent = useCallback((sent: boolean): void => {
    done.current = sent
  }, [])
  return { values, set, setSent }
}
