/** The time as decisions see it. A parameter everywhere; nothing that ships can move it. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()

export const minutes = (count: number): number => count * 60_000
export const seconds = (count: number): number => count * 1_000

/** `date` moved by `milliseconds`. */
export const after = (date: Date, milliseconds: number): Date => new Date(date.getTime() + milliseconds)
