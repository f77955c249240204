import { expect, test } from 'vitest'
import { withheld, withholdSecrets } from './withhold-secrets.ts'

test('an event loses what would give access, however deep, and keeps everything else', () => {
  const event = { eventName: 'AssumeRole', responseElements: { credentials: { accessKeyId: 'ASIA1', sessionToken: 'FwoG', expiration: 'x' }, list: [{ SecretString: 's', password: null }] }, requestParameters: { password: 'p', passwordResetRequired: true } }
  expect(withholdSecrets(event)).toEqual({ eventName: 'AssumeRole', responseElements: { credentials: { accessKeyId: 'ASIA1', sessionToken: withheld, expiration: 'x' }, list: [{ SecretString: withheld, password: null }] }, requestParameters: { password: withheld, passwordResetRequired: true } })
})
