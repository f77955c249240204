import { freePort } from '../test/free-port.ts'
import { type RunningApp, startApp } from './start-app.ts'
import { type RunningProxy, startProxy } from './start-proxy.ts'

export type Replicas = { apps: RunningApp[]; urls: string[]; proxy: RunningProxy | undefined; stop(): Promise<void> }

/**
 * `count` servers of one build on one database: one by itself at the port of `environment`, more behind a proxy at that
 * port. The first logs to `logFile`, the others beside it with their number.
 */
export async function startReplicas(environment: Record<string, string>, logFile: string, count: number): Promise<Replicas> {
  const apps: RunningApp[] = []
  const urls: string[] = []
  const stopApps = async (): Promise<void> => void (await Promise.all(apps.map((app) => app.stop())))
  try {
    for (let number = 1; number <= count; number += 1) {
      const port = count === 1 ? (environment.PORT ?? '') : String(await freePort())
      apps.push(await startApp({ ...environment, PORT: port }, number === 1 ? logFile : logFile.replace(/\.log$/, `-${number}.log`)))
      urls.push(`http://localhost:${port}`)
    }
    const proxy = count === 1 ? undefined : await startProxy(Number(environment.PORT), urls)
    return {
      apps,
      urls,
      proxy,
      stop: async () => {
        await proxy?.close()
        await stopApps()
      },
    }
  } catch (error) {
    await stopApps()
    throw error
  }
}
