/** The roles of the portal. Being an approver of a profile is decided by the profile's approver groups. */
export const portalRoles = ['requester', 'approver', 'responder', 'auditor', 'admin'] as const
export type PortalRole = (typeof portalRoles)[number]

/** Groups of the identity provider and the portal roles each of them gives. */
export type GroupRoleMap = ReadonlyMap<string, readonly PortalRole[]>

/** The portal roles that `groups` give together, in the order of `portalRoles`; whoever has any is a requester. */
export function rolesOfGroups(groups: readonly string[], map: GroupRoleMap): PortalRole[] {
  const held = new Set(groups.flatMap((group) => map.get(group) ?? []))
  if (held.size > 0) held.add('requester')
  return portalRoles.filter((role) => held.has(role))
}

/** `roles` and one more, in the order of `portalRoles`; whoever has any is a requester. */
export const withRole = (roles: readonly PortalRole[], role: PortalRole): PortalRole[] => portalRoles.filter((one) => one === role || one === 'requester' || roles.includes(one))

/** Reads `group=role` pairs separated by commas or new lines. A pair that is not one yields a sentence. */
export function parseGroupRoles(text: string): { map: GroupRoleMap; problems: string[] } {
  const map = new Map<string, PortalRole[]>()
  const problems: string[] = []
  for (const pair of text.split(/[,\n]/).map((part) => part.trim())) {
    if (pair === '') continue
    const at = pair.lastIndexOf('=')
    const group = pair.slice(0, at).trim()
    const role = portalRoles.find((candidate) => candidate === pair.slice(at + 1).trim())
    if (at < 1 || !role) {
      problems.push(`"${pair}" is not "group=role" with a role of: ${portalRoles.join(', ')}.`)
    } else {
      map.set(group, [...(map.get(group) ?? []), role])
    }
  }
  if (map.size === 0) problems.push('No group is mapped to a role, so nobody could enter.')
  return { map, problems }
}
