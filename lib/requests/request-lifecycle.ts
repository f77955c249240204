/** The request's states and what moves it between them, as data: the tests are generated from this table. */
export const requestStates = ['pending', 'approved', 'denied', 'cancelled', 'lapsed'] as const
export type RequestState = (typeof requestStates)[number]

export const requestEvents = ['approve', 'deny', 'cancel', 'lapse'] as const
export type RequestEvent = (typeof requestEvents)[number]

export const requestTransitions: Readonly<Record<RequestState, Partial<Record<RequestEvent, RequestState>>>> = {
  pending: { approve: 'approved', deny: 'denied', cancel: 'cancelled', lapse: 'lapsed' },
  approved: {},
  denied: {},
  cancelled: {},
  lapsed: {},
}

/** How a state is told to a person who wanted something else of the request. */
export const settledSentence: Record<Exclude<RequestState, 'pending'>, string> = {
  approved: 'This request was approved already.',
  denied: 'This request was denied already.',
  cancelled: 'The requester cancelled this request.',
  lapsed: 'This request lapsed because nobody decided in time.',
}
