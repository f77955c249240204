import type { ProfileDefinition } from './catalog-schema.ts'

/** The definition in a profile's row. The column holds JSON; only what the catalogue's schema accepted is ever written to it. */
export const definitionOf = (profile: { definition: unknown }): ProfileDefinition => profile.definition as ProfileDefinition
