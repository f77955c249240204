/**
 * RoleSessionName and SourceIdentity of a grant's leases: who and which grant, within AWS's 2 to 64 characters of
 * `[\w+=,.@-]`. The grant code alone makes it unique; the name before it is for people who read CloudTrail.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function sessionNameOf(username: string, grantCode: string): string {
  const suffix = `+${grantCode.replace(/^G-/, '')}`
  const plain = username.normalize('NFKD').replace(/[^\w=,.@-]/g, '').slice(0, 64 - suffix.length)
  return `${plain || 'person'}${suffix}`
}

/** The name of the portal's own trial of a grant's role, kept apart from the holder's sessions. */
export const probeNameOf = (grantCode: string): string => `latchkey-probe+${grantCode.replace(/^G-/, '')}`

/** The name of the session that must go on working while the holder's are denied. */
export const controlNameOf = (grantCode: string): string => `latchkey-control+${grantCode.replace(/^G-/, '')}`
