import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'

export type WebIdentity = { issuer: string; jwks: { keys: readonly Readonly<Record<string, unknown>>[] }; tokenFile: string }

/**
 * What a cluster gives a pod: a token file that AWS trusts, for AssumeRoleWithWebIdentity through the SDK's standard
 * variables. The portal process holds no AWS key, here as in production.
 */
export async function prepareWebIdentity(dataDir: string): Promise<WebIdentity> {
  await mkdir(dataDir, { recursive: true })
  const issuer = 'https://workloads.latchkey.local'
  const keyFile = path.join(dataDir, 'workload-key.json')
  const tokenFile = path.join(dataDir, 'workload-token')
  if (!existsSync(keyFile)) {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    await writeFile(keyFile, JSON.stringify({ ...(await exportJWK(privateKey)), alg: 'RS256', kid: 'local', use: 'sig' }), { mode: 0o600 })
  }
  const jwk = JSON.parse(await readFile(keyFile, 'utf8')) as JWK
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', kid: 'local' })
    .setIssuer(issuer)
    .setSubject('latchkey-portal')
    .setAudience('sts.amazonaws.com')
    .setIssuedAt(0)
    .setExpirationTime('3650d')
    .sign(await importJWK(jwk, 'RS256'))
  await writeFile(tokenFile, token, { mode: 0o600 })
  const { kty, n, e, alg, kid, use } = jwk
  return { issuer, jwks: { keys: [{ kty, n, e, alg, kid, use }] }, tokenFile }
}
