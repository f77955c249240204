'use client'
import { useEffect, useRef, useState } from 'react'
import type { DraftAnswer, DraftQuestion, EditorModel, EditorPageProps } from './catalogue-models.ts'

const settleMs = 350

export type Draft = {
  model: EditorModel
  yaml: string
  answer: DraftAnswer
  /** Something was typed that is not checked yet. */
  pending: boolean
  failure: string | null
  /** Raised where fields that keep their own text have to be made anew. */
  revision: number
  setModel: (model: EditorModel, structural?: boolean) => void
  setYaml: (yaml: string) => void
}

/** One model behind the fields and the YAML: whichever is typed in, the server reads it and says what it means. */
export function useDraftCheck(profileId: string | null, first: EditorPageProps['first'], check: EditorPageProps['check']): Draft {
  const [state, setState] = useState({ model: first.model, yaml: first.yaml, answer: first as DraftAnswer, pending: false, failure: null as string | null, revision: 0 })
  const turn = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  function ask(draft: DraftQuestion['draft']): void {
    clearTimeout(timer.current)
    turn.current += 1
    const mine = turn.current
    timer.current = setTimeout(() => {
      check({ profileId, draft }).then(
        (answer) => {
          if (mine !== turn.current) return
          if (!answer.ok) setState((old) => ({ ...old, pending: false, failure: answer.message }))
          else if ('yaml' in draft) setState((old) => ({ ...old, answer, model: answer.model ?? old.model, pending: false, failure: null, revision: old.revision + (answer.model ? 1 : 0) }))
          else setState((old) => ({ ...old, answer, yaml: answer.yaml, pending: false, failure: null }))
        },
        () => setState((old) => ({ ...old, pending: false, failure: 'Latchkey did not answer; what you typed is still here.' })),
      )
    }, settleMs)
  }
  return {
    ...state,
    setModel: (model, structural = false) => {
      setState((old) => ({ ...old, model, pending: true, revision: old.revision + (structural ? 1 : 0) }))
      ask({ json: JSON.stringify(model) })
    },
    setYaml: (yaml) => {
      setState((old) => ({ ...old, yaml, pending: true }))
      ask({ yaml })
    },
  }
}
