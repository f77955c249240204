import pg from 'pg'

/** A silent connection is found out after this long. */
const answerWithinMs = 10_000

/** A connection of its own, for LISTEN: pools close what looks idle. */
export const listenerClient = (url: string): pg.Client =>
  new pg.Client({ connectionString: url, application_name: 'latchkey-live', keepAlive: true, connectionTimeoutMillis: answerWithinMs, query_timeout: answerWithinMs })
