import { openSignIn } from '#lib/people/open-sign-in.ts'
import { mintViewer } from '#lib/people/mint-viewer.ts'
import type { IdentityProvider } from '#lib/people/identity-provider.ts'
import type { Viewer } from '#lib/people/viewer.ts'
import type { Services } from '../../../app/_server/services.ts'
import { type Persona, personas } from '../oidc/personas.ts'

/** From where people work: networks that are reserved for documentation (RFC 5737). */
export const networks = { office: '192.0.2', home: '198.51.100', vendor: '203.0.113' } as const

export function personaOf(id: string): Persona {
  const persona = personas.find((candidate) => candidate.id === id)
  if (!persona) throw new Error(`There is no persona "${id}".`)
  return persona
}

/** Somebody's own address in a network: the same at every start. */
export const addressOf = (id: string, network: keyof typeof networks): string => `${networks[network]}.${20 + personas.findIndex((persona) => persona.id === id)}`

/** The people of the demo, acting for themselves: signed in when they have to be, checked like everybody. */
export type Actors = { viewer(id: string, fresh?: boolean): Promise<Viewer> }

/**
 * Signs personas in as the browser's callback does, once the provider has proven who they are, and mints their viewer
 * for every act. Their groups are confirmed by the list that the local provider itself answers from.
 */
export function openActors(services: Services): Actors {
  const signIns = new Map<string, string>()
  const provider: IdentityProvider = { ...services.provider, fetchGroups: async ({ subject }) => [...personaOf(subject).groups] }
  const signIn = async (id: string): Promise<string> => {
    const { name, email, username, groups, manager } = personaOf(id)
    const identity = { issuer: services.config.oidc[0]?.issuer ?? '', subject: id, displayName: name, email, username, groups: [...groups], ties: { managerReference: manager } }
    const none = { providerSessionId: undefined, refreshToken: undefined, accessToken: undefined, idToken: undefined }
    const signInId = await openSignIn(services.db, services.cipher, services.signIn, { ...identity, ...none }, services.clock())
    signIns.set(id, signInId)
    return signInId
  }
  const mint = async (id: string, fresh: boolean, signInId: string) => mintViewer({ ...services, provider }, signInId, services.clock(), { fresh })
  return {
    viewer: async (id, fresh = false) => {
      const known = signIns.get(id)
      const first = known ? await mint(id, fresh, known) : undefined
      if (first?.ok) return first.viewer
      const again = await mint(id, fresh, await signIn(id))
      if (!again.ok) throw new Error(`${id} cannot sign in: ${again.message}`)
      return again.viewer
    },
  }
}
