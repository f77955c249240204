import type { Config } from '#lib/config/config.ts'
import { after, minutes } from '#lib/config/clock.ts'
import { isStorable, storableText } from '#lib/config/typed-text.ts'
import type { Database } from '#lib/db/client.ts'
import { appendEntry } from '#lib/record/append-entry.ts'
import { closeFirstAdminPath } from './first-admin.ts'
import { keepGroups } from './keep-groups.ts'
import type { Identity } from './read-identity.ts'
import { type Ties, takeTies } from './take-ties.ts'
import type { TokenCipher } from './token-cipher.ts'

export type ProvenIdentity = Omit<Identity, 'providerSubject' | 'authenticatedAt' | 'acr'> & {
  /** `sub` as the provider says it, where it is not the subject. */
  providerSubject?: string | undefined
  authenticatedAt?: Date | null
  acr?: string | null
  groups: string[]
  /** What ties them to other people; nothing where no claim is configured, or none came. */
  ties?: Ties
  /** The groups give the portal role admin: the path to the first admin closes. */
  admin?: boolean
  refreshToken: string | undefined
  accessToken: string | undefined
  idToken: string | undefined
}

/**
 * Notes that the provider proved who somebody is: the person (issuer + subject, never the e-mail) and a new sign-in
 * row, whose id is all that the browser's cookie will hold. Returns that id.
 */
export async function openSignIn(db: Database, cipher: TokenCipher, limits: Config['signIn'], proven: ProvenIdentity, now: Date): Promise<string> {
  const { issuer, subject, providerSessionId } = proven
  // Mended, these might name somebody else.
  if (![issuer, subject, providerSessionId ?? ''].every(isStorable)) throw new Error('The provider names this person in a way that cannot be stored.')
  const identity = { ...proven, displayName: storableText(proven.displayName), email: proven.email && storableText(proven.email), username: storableText(proven.username), groups: proven.groups.filter(isStorable) }
  const seal = (token: string | undefined) => (token === undefined ? null : cipher.seal(token))
  return db.$transaction(async (tx) => {
    const shown = { displayName: identity.displayName, email: identity.email ?? null, username: identity.username, lastSignedInAt: now }
    const person = await tx.person.upsert({
      where: { issuer_subject: { issuer: identity.issuer, subject: identity.subject } },
      create: { issuer: identity.issuer, subject: identity.subject, firstSeenAt: now, lastKnownGroups: identity.groups, ...shown },
      update: shown,
    })
    await keepGroups(tx, person.id, identity.groups, now)
    await takeTies(tx, person, identity.ties, now)
    const signIn = await tx.signIn.create({
      data: {
        personId: person.id,
        providerSessionId: identity.providerSessionId ?? null,
        groups: identity.groups,
        groupsVerifiedAt: now,
        providerSubject: identity.providerSubject ?? identity.subject,
        authenticatedAt: identity.authenticatedAt ?? null,
        acr: identity.acr ?? null,
        refreshTokenCipher: seal(identity.refreshToken),
        accessTokenCipher: seal(identity.accessToken),
        idTokenCipher: seal(identity.idToken),
        createdAt: now,
        lastSeenAt: now,
        expiresAt: after(now, minutes(limits.maxMinutes)),
      },
    })
    await appendEntry(tx, {
      kind: 'signin.created',
      occurredAt: now,
      actorId: person.id,
      subjectId: signIn.id,
      facts: { groups: identity.groups },
      personal: { name: identity.displayName, email: identity.email, subject: identity.subject },
    })
    if (identity.admin) await closeFirstAdminPath(tx, person.id, now)
    return signIn.id
  })
}
