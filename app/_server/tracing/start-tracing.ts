import { readTracing } from '#lib/config/tracing-settings.ts'

/** Switches traces on where the environment asks for them; else loads nothing. Returns how to end, which sends what is left. */
export async function startTracing(): Promise<() => Promise<void>> {
  const settings = readTracing()
  if (!settings) return async () => undefined
  const { openTracing } = await import('./open-tracing.ts')
  return openTracing(settings)
}
