/** The grant's states and what moves it between them, as data: the tests are generated from this table. */
export const grantStates = ['scheduled', 'activating', 'active', 'ending', 'ended', 'failed'] as const
export type GrantState = (typeof grantStates)[number]

/**
 * `begin` stores the obligation to end; `confirm` follows AWS's confirmation; `stop` ends minting while issued
 * credentials live; `finish` says that those are dead too; `expire` is both at once, at the second the grant ends.
 */
export const grantEvents = ['begin', 'confirm', 'fail', 'retry', 'stop', 'finish', 'expire'] as const
export type GrantEvent = (typeof grantEvents)[number]

export const grantTransitions: Readonly<Record<GrantState, Partial<Record<GrantEvent, GrantState>>>> = {
  scheduled: { begin: 'activating', stop: 'ending' },
  activating: { confirm: 'active', fail: 'failed', stop: 'ending', expire: 'ended' },
  active: { stop: 'ending', expire: 'ended' },
  ending: { finish: 'ended', expire: 'ended' },
  ended: {},
  failed: { retry: 'activating', stop: 'ending' },
}
