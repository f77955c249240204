'use client'
import { useEffect, useRef, useState } from 'react'
import type { RequestAnswer, RequestPageProps } from './request-models.ts'

const settleMs = 300

/** The server is asked again when the duration changes; an answer to an older question is thrown away. */
export function useAnswer(first: RequestAnswer, profile: string, minutes: number, ask: RequestPageProps['answerAction']): { answer: RequestAnswer; pending: boolean } {
  const [answer, setAnswer] = useState(first)
  const [pending, setPending] = useState(false)
  const asked = useRef(minutes)

  useEffect(() => {
    if (!ask || !Number.isInteger(minutes) || minutes <= 0 || minutes === asked.current) return
    let current = true
    const askAgain = async (): Promise<void> => {
      asked.current = minutes
      setPending(true)
      try {
        const next = await ask({ profile, minutes })
        if (current) setAnswer(next)
      } catch {
        // The last answer stays; sending asks again in any case.
      }
      if (current) setPending(false)
    }
    const timer = setTimeout(() => void askAgain(), settleMs)
    return () => {
      current = false
      clearTimeout(timer)
      setPending(false)
    }
  }, [ask, profile, minutes])

  return { answer, pending }
}
