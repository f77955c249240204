import type { PortalRole } from '#lib/config/portal-roles.ts'
import type { AuthenticationFacts } from './fresh-authentication.ts'

/** Who asks, minted once per request from the sign-in row. Every function that reads or writes data takes one. */
export type Viewer = {
  readonly signInId: string
  readonly personId: string
  readonly displayName: string
  readonly email: string | null
  readonly username: string
  readonly groups: readonly string[]
  readonly groupsVerifiedAt: Date
  /**
   * The groups as they were last confirmed, while the identity provider cannot be asked: they count for emergency access
   * and for nothing else; `groups` is empty then, and no role but requester is held.
   */
  readonly storedGroups?: readonly string[]
  readonly roles: readonly PortalRole[]
  /** When and how they proved who they are; what is not known counts as not done. */
  readonly authentication?: AuthenticationFacts
}

export const hasRole = (viewer: Viewer, ...roles: readonly PortalRole[]): boolean => roles.some((role) => viewer.roles.includes(role))

/** The first of `groups` that the viewer is in. */
export const sharedGroup = (viewer: Viewer, groups: readonly string[]): string | undefined => groups.find((group) => viewer.groups.includes(group))

/** The groups that count for somebody: in an emergency, while nobody can confirm them, those that were stored. */
export const groupsFor = (viewer: Pick<Viewer, 'groups' | 'storedGroups'>, { emergency }: { emergency: boolean }): readonly string[] => (emergency && viewer.storedGroups ? viewer.storedGroups : viewer.groups)
