/** One press of Ctrl-C arrives several times: from the terminal, from npm and from the process in between. */
const onePressMs = 700

/**
 * Resolves with the exit code when somebody wants an end: Ctrl-C, SIGTERM, a closed terminal, or the launcher's death.
 * A second press ends everything at once through `kill`.
 */
export function atStop(stopping: AbortController, kill: () => void): Promise<number> {
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
    // The launcher holds the other end of a channel; it closes when the launcher is killed.
    process.once('disconnect', wanted)
  })
}
