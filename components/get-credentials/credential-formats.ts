export type RevealedLease = {
  accessKeyId: string
  secretAccessKey: string
  sessionToken: string
  expiresAt: string
  region: string
  accountId: string
  sessionName: string
}

/** Inside single quotes a POSIX shell reads everything literally, except the quote itself. */
export function quotePosix(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/** PowerShell ends a single-quoted string at typographic quotes too; each of them is doubled. */
export function quotePowerShell(value: string): string {
  return `'${value.replace(/['\u2018\u2019\u201A\u201B]/g, '$&$&')}'`
}

const environmentOf = (lease: RevealedLease): [string, string][] => [
  ['AWS_ACCESS_KEY_ID', lease.accessKeyId],
  ['AWS_SECRET_ACCESS_KEY', lease.secretAccessKey],
  ['AWS_SESSION_TOKEN', lease.sessionToken],
  ['AWS_REGION', lease.region],
  ['AWS_DEFAULT_REGION', lease.region],
]

export function formatPosix(lease: RevealedLease): string {
  return environmentOf(lease)
    .map(([name, value]) => `export ${name}=${quotePosix(value)}`)
    .join('\n')
}

export function formatPowerShell(lease: RevealedLease): string {
  return environmentOf(lease)
    .map(([name, value]) => `$env:${name} = ${quotePowerShell(value)}`)
    .join('\n')
}

/** A section name must not end its own bracket or line, and the CLI must take it without quotes. */
export function profileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^-+|-+$/g, '') || 'latchkey'
}

/** An ini file has no quoting: a value with a line break could add settings of its own, so it is refused. */
function iniValue(value: string): string {
  if (/[\r\n]/.test(value) || value !== value.trim()) throw new Error('A credential cannot be written to a profile file')
  return value
}

export function formatProfileFile(lease: RevealedLease, name: string): string {
  return [
    `[${profileName(name)}]`,
    `aws_access_key_id = ${iniValue(lease.accessKeyId)}`,
    `aws_secret_access_key = ${iniValue(lease.secretAccessKey)}`,
    `aws_session_token = ${iniValue(lease.sessionToken)}`,
    `region = ${iniValue(lease.region)}`,
  ].join('\n')
}

/** What a `credential_process` prints; SDKs look at the time, and fetch anew before it. */
export function formatCredentialProcess(lease: RevealedLease): string {
  return JSON.stringify(
    {
      Version: 1,
      AccessKeyId: lease.accessKeyId,
      SecretAccessKey: lease.secretAccessKey,
      SessionToken: lease.sessionToken,
      Expiration: new Date(lease.expiresAt).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    },
    null,
    2,
  )
}
