import { expect, test } from 'vitest'
import { allowedHosts, findAllowed } from './allowed-hosts.ts'

const may = (issuer: string, address: string, listed: string[] = [], privateHosts: string[] = []): string => findAllowed(new URL(address), allowedHosts(issuer, listed, privateHosts))?.network ?? 'refused'

test.each<[issuer: string, address: string, expected: string]>([
  ['https://idp.example/tenant', 'https://idp.example/token', 'public'],
  ['https://idp.example', 'https://idp.example:8443/token', 'refused'],
  ['https://idp.example', 'http://idp.example/token', 'refused'],
  ['https://idp.example', 'https://token.idp.example/', 'refused'],
  ['https://idp.example', 'https://example/', 'refused'],
  ['https://idp.example', 'https://idp.example.evil.example/', 'refused'],
  ['https://idp.example', 'https://idp.example@evil.example/', 'refused'],
  ['https://idp.example', 'ftp://idp.example/', 'refused'],
  ['https://accounts.google.com', 'https://oauth2.googleapis.com/token', 'public'],
  ['https://accounts.google.com', 'https://openidconnect.googleapis.com/v1/userinfo', 'public'],
  ['https://accounts.google.com', 'https://storage.googleapis.com/x', 'refused'],
  ['https://idp.example', 'https://oauth2.googleapis.com/token', 'refused'],
  ['https://login.microsoftonline.com/t/v2.0', 'https://graph.microsoft.com/oidc/userinfo', 'public'],
  ['https://cognito-idp.eu-central-1.amazonaws.com/p', 'https://northwind.auth.eu-central-1.amazoncognito.com/oauth2/token', 'public'],
  ['https://cognito-idp.eu-central-1.amazonaws.com/p', 'https://a.northwind.auth.eu-central-1.amazoncognito.com/', 'refused'],
  ['https://cognito-idp.eu-central-1.amazonaws.com/p', 'https://northwind.auth.eu-west-1.amazoncognito.com/', 'refused'],
  ['https://cognito-idp.eu-central-1.amazonaws.com/p', 'http://northwind.auth.eu-central-1.amazoncognito.com/', 'refused'],
  ['http://localhost:3001', 'http://localhost:3001/token', 'loopback'],
  ['http://localhost:3001', 'http://localhost:5432/', 'refused'],
  ['http://127.0.0.1:3001', 'http://localhost:3001/', 'refused'],
])('an issuer %s lets %s be called: %s', (issuer, address, expected) => {
  expect(may(issuer, address)).toBe(expected)
})

test('what is listed may be called over https, and leads into private networks only where that is listed too', () => {
  expect(may('https://idp.example', 'https://token.example/', ['token.example'])).toBe('public')
  expect(may('https://idp.example', 'https://token.example:8443/', ['token.example:8443'])).toBe('public')
  expect(may('https://idp.example', 'http://token.example/', ['token.example'])).toBe('refused')
  expect(may('https://idp.example', 'https://idp.example/', [], ['idp.example'])).toBe('private')
  // To be private opens nothing by itself.
  expect(may('https://idp.example', 'https://vault.example/', [], ['vault.example'])).toBe('refused')
})
