import type { MovableClock } from '../../clock.ts'

/**
 * Lets `Date` of this whole process follow `clock`, until the returned function is called. Libraries ask `Date` whether
 * credentials they keep are still good, and the local AWS lets those end on its own clock. The clock must have been made
 * with the real `Date.now` before. Only processes of `lib/local` may do this; nothing that ships can move time.
 */
export function moveDate(clock: MovableClock): () => void {
  const real = globalThis.Date
  const now = (): number => clock.now().getTime()
  const moved: DateConstructor = new Proxy(real, {
    construct: (target, args: [], newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget === moved ? target : newTarget) as Date,
    apply: () => new real(now()).toString(),
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  })
  globalThis.Date = moved
  return () => {
    globalThis.Date = real
  }
}
