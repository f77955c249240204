'use client'
import { useEffect, useRef, useState } from 'react'
import type { AnswerQuestion, RequestAnswer, RequestPageProps } from './request-models.ts'

const settleMs = 300

/** The server is asked again when what it depends on changes; an answer to an older question is thrown away. */
export function useAnswer(first: RequestAnswer, question: AnswerQuestion, ask: RequestPageProps['answerAction']): { answer: RequestAnswer; pending: boolean } {
  const [answer, setAnswer] = useState(first)
  const [pending, setPending] = useState(false)
  const { profile, minutes, startsAt, ticket, emergency, onlyUsed } = question
  // Only whether there is a ticket matters: nobody is asked at every letter of it.
  const key = JSON.stringify({ profile, minutes, startsAt, ticket: ticket.trim() === '' ? '' : 'given', emergency, onlyUsed } satisfies AnswerQuestion)
  const asked = useRef(key)

  useEffect(() => {
    if (!ask || !Number.isInteger(minutes) || minutes <= 0 || key === asked.current) return
    let current = true
    const askAgain = async (): Promise<void> => {
      asked.current = key
      setPending(true)
      try {
        const next = await ask(JSON.parse(key) as AnswerQuestion)
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
  }, [ask, key, minutes])

  return { answer, pending }
}
