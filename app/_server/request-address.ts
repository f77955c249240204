import 'server-only'
import { headers } from 'next/headers'
import { clientAddress, peerHeader } from './client-address.ts'
import { getServices } from './services.ts'

/** The address a request comes from, as far as the configured proxies can be trusted to tell it; `unknown` where nothing says it. */
export async function requestAddress(): Promise<string> {
  const { config } = await getServices()
  const sent = await headers()
  return clientAddress(sent.get('x-forwarded-for'), sent.get(peerHeader), config.trustedProxies)
}
