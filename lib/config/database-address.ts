import { readFileSync } from 'node:fs'

export type DatabaseAddress = { ok: true; url: string } | { ok: false; problem: string }

const modes: readonly string[] = ['disable', 'require', 'verify-full']

/**
 * The connection string every connection is opened with. TLS is asked for by `sslmode`; `require` verifies the server as
 * `verify-full` does, because a server that is not verified may be anybody. A private authority is named by
 * `sslrootcert`, a file of PEM certificates. https://www.postgresql.org/docs/current/libpq-ssl.html
 */
export function readDatabaseAddress(text: string): DatabaseAddress {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return { ok: false, problem: 'must start with postgresql://' }
  const url = new URL(text)
  const mode = url.searchParams.get('sslmode')
  if (mode !== null && !modes.includes(mode)) return { ok: false, problem: `has sslmode=${mode.slice(0, 20)}; use verify-full, or disable for a server on this machine` }
  const rootFile = url.searchParams.get('sslrootcert')
  if (rootFile !== null) {
    if (mode === null || mode === 'disable') return { ok: false, problem: 'names an sslrootcert, but does not ask for TLS: add sslmode=verify-full' }
    if (!holdsCertificate(rootFile)) return { ok: false, problem: `names the sslrootcert ${rootFile}, which cannot be read as certificates (PEM)` }
  }
  if (mode !== 'require') return { ok: true, url: text }
  url.searchParams.set('sslmode', 'verify-full')
  return { ok: true, url: url.href }
}

function holdsCertificate(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes('-----BEGIN CERTIFICATE-----')
  } catch {
    return false
  }
}
