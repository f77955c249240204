/** One press of Ctrl-C arrives several times: from the terminal, from npm and from the process in between. */
const onePressMs = 700

/**
 * Resolves with the exit code when somebody wants an end: Ctrl-C, SIGTERM, a closed terminal, or the launcher's death.
 * A second press ends everything at once through `kill`. What nobody caught is told through `onCrash` and ends
 * everything in order as well: a crash that left a database running would be worse than the crash.
 */
export function atStop(stopping: AbortController, kill: () => void, onCrash: (error: unknown) => void): Promise<number> {
  return new Promise((resolve) => {
    let firstAt: number | undefined
    const wanted = (): void => {
      if (firstAt === undefined) {
        firstAt = performance.now()
        stopping.abort()
        resolve(0)
      } else if (performance.now() - firstAt > onePressMs) {
        kill()
        process.exit(130)
      }
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, wanted)
    const crashed = (error: unknown): void => {
      if (stopping.signal.aborted) return
      onCrash(error)
      stopping.abort()
      resolve(1)
    }
    process.on('uncaughtException', crashed)
    process.on('unhandledRejection', crashed)
    // The launcher holds the other end of a channel; it closes when the launcher is killed.
    process.once('disconnect', wanted)
  })
}
