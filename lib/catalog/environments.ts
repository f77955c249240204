export const environments = ['production', 'staging', 'development', 'sandbox'] as const
export type Environment = (typeof environments)[number]
