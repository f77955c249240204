/** What the live channel says when somebody has something new; only their own browsers listen for it. */
export const liveTopicOf = (personId: string): string => `notification/${personId}`
