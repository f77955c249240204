import { expect, test } from 'vitest'
import { isMailAddress, readMailSettings } from './mail-settings.ts'

const MAIL_FROM = 'latchkey@example.com'

test('without a server there is no mail, and nothing to complain of', () => {
  expect(readMailSettings({})).toEqual({ settings: undefined, problems: [] })
  expect(readMailSettings({ MAIL_FROM })).toEqual({ settings: undefined, problems: [] })
})

test('one address says all of it, and TLS is wanted unless the server is on this machine or somebody allowed plain text', () => {
  expect(readMailSettings({ SMTP_URL: 'smtp://portal:p%40ss@mail.example.com', MAIL_FROM }).settings).toEqual({ host: 'mail.example.com', port: 587, user: 'portal', password: 'p@ss', secure: false, requireTls: true, from: MAIL_FROM })
  expect(readMailSettings({ SMTP_URL: 'smtps://mail.example.com', MAIL_FROM }).settings).toMatchObject({ port: 465, secure: true, requireTls: false })
  expect(readMailSettings({ SMTP_HOST: 'mail.internal', SMTP_PORT: 25, SMTP_PLAINTEXT: 'allowed', MAIL_FROM }).settings).toMatchObject({ port: 25, requireTls: false })
  expect(readMailSettings({ SMTP_URL: 'smtp://127.0.0.1:2525', MAIL_FROM }).settings).toMatchObject({ port: 2525, requireTls: false })
})

test('what is missing or wrong is said without the password', () => {
  expect(readMailSettings({ SMTP_HOST: 'mail.example.com' }).problems.join()).toContain('MAIL_FROM is not set')
  expect(readMailSettings({ SMTP_HOST: 'a', SMTP_URL: 'smtp://b', MAIL_FROM }).problems.join()).toContain('both set')
  const { problems } = readMailSettings({ SMTP_URL: 'http://u:secret@mail.example.com', MAIL_FROM: 'Latchkey <a@b>' })
  expect(problems).toHaveLength(2)
  expect(problems.join()).not.toContain('secret')
})

test('an address that could say more than an address is none', () => {
  expect(['maya@northwind.example', "o'neil+a@x.example"].every(isMailAddress)).toBe(true)
  expect(['a@b\r\nBcc: c@d', 'a@b, c@d', 'a b@c', '<a@b>', 'a@b@c', '', 'a@b\0'].some(isMailAddress)).toBe(false)
})
