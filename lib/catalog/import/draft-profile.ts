import type { ImportablePermissionSet, ImportableRole } from './compare-importable.ts'

export type DraftSource = { kind: 'role'; found: ImportableRole } | { kind: 'permission_set'; found: ImportablePermissionSet }

/** What a profile for something in AWS could begin as: everything that AWS tells, of high risk until somebody looked; who may ask is not AWS's to say. */
export function draftProfile({ kind, found }: DraftSource, account: string) {
  const plain = kind === 'role' ? (found.role.split('/').at(-1) ?? found.role) : found.name
  const words = plain.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[^A-Za-z0-9]+/g, ' ').trim()
  const longest = kind === 'role' ? found.maxSessionMinutes : found.sessionMinutes
  const description = found.description.trim().slice(0, 400)
  return {
    id: `${account}-${words}`.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 63).replace(/-+$/, ''),
    title: `${words.charAt(0).toUpperCase()}${words.slice(1)} in ${account}`.slice(0, 80),
    description: description.length >= 10 ? description : `What ${plain} in ${account} is for has still to be said.`,
    account,
    useCase: 'developer' as const,
    riskTier: 'high' as const,
    access: kind === 'role' ? { kind: 'sts_role' as const, role: found.role } : { kind: 'identity_center' as const, permissionSet: found.name, principal: 'user' as const, sessionDurationMinutes: Math.min(720, Math.max(60, found.sessionMinutes)) },
    limits: { maxDurationMinutes: Math.min(480, Math.max(60, longest)), leaseMinutes: 60 },
    ...(kind === 'role' ? { proof: { call: 'ec2:DescribeRegions' as const } } : {}),
  }
}
