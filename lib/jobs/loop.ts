export type Loop = { stop(): Promise<void> }

/**
 * Runs `step` again and again, `everyMs` after the last one ended. A step that throws is reported and the loop goes on.
 * `stop` waits for the running step, so that a shutdown never cuts one in half.
 */
export function startLoop(everyMs: number, step: () => Promise<unknown>, onError: (error: unknown) => void): Loop {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let wake: (() => void) | undefined
  const running = (async () => {
    while (!stopped) {
      await step().catch(onError)
      if (stopped) break
      await new Promise<void>((resolve) => {
        wake = resolve
        timer = setTimeout(resolve, everyMs)
      })
    }
  })()
  return {
    stop: () => {
      stopped = true
      clearTimeout(timer)
      wake?.()
      return running
    },
  }
}
