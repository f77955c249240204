/** Who knocks: nobody, and one person of the demo for each portal role. `outsider` is signed in and in no group. */
export const callers = { nobody: null, outsider: 'olga', requester: 'maya', approver: 'ana', responder: 'rosa', auditor: 'amir', admin: 'lena' } as const
export type Caller = keyof typeof callers

/** The person whose things are foreign to every caller. */
export const stranger = 'priya'

/** What a call is about: one person's active grant, pending request and open finding, and a profile that is or is not for the caller's groups. */
export type Things = { grantId: string; requestId: string; findingId: string; profile: string; personId: string }

/** An answer for each caller: a code or status. `otherwise` is for those with a portal role who are not named. */
export type Answers = string | ({ otherwise: string } & Partial<Record<Caller, string>>)

/** What `caller` is to be answered; `shut` is what who has no portal role gets unless the row says otherwise. */
export function answerFor(answers: Answers, caller: Caller, shut: { nobody: string; outsider: string }): string {
  const row = typeof answers === 'string' ? { otherwise: answers } : answers
  return row[caller] ?? (caller === 'nobody' || caller === 'outsider' ? shut[caller] : row.otherwise)
}

/** The same answer for whoever asks, signed in or not. */
export const everybody = (answer: string): Answers => ({ nobody: answer, outsider: answer, otherwise: answer })
