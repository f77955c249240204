import 'server-only'
import { cookies } from 'next/headers'

/** Sets cookies given as `Set-Cookie` header values, from a server action. */
export async function applyCookies(headers: readonly string[]): Promise<void> {
  const jar = await cookies()
  for (const header of headers) {
    const [pair = '', ...attributes] = header.split(';').map((part) => part.trim())
    const at = pair.indexOf('=')
    const read = (name: string): string | undefined => attributes.find((attribute) => attribute.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
    const expires = read('expires')
    jar.set({
      name: pair.slice(0, at),
      value: decodeURIComponent(pair.slice(at + 1)),
      path: read('path') ?? '/',
      httpOnly: attributes.some((attribute) => attribute.toLowerCase() === 'httponly'),
      secure: attributes.some((attribute) => attribute.toLowerCase() === 'secure'),
      sameSite: 'lax',
      ...(expires ? { expires: new Date(expires) } : {}),
    })
  }
}
