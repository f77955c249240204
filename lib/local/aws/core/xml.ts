export type XmlValue = string | number | boolean | Date | null | undefined | readonly XmlValue[] | { readonly [name: string]: XmlValue }

/** How a list is written: `<X><member>…` (Query), `<X><item>…` (EC2), or the element repeated (S3). */
export type ListStyle = 'member' | 'item' | 'flat'

/**
 * A seconds-precision timestamp, as the Query services write it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
 */
export const isoSeconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

export const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;')

export function toXml(value: XmlValue, style: ListStyle): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return style === 'member' ? isoSeconds(value) : value.toISOString()
  if (typeof value !== 'object') return escapeXml(String(value))
  if (isList(value)) return value.map((entry) => element(style === 'item' ? 'item' : 'member', entry, style)).join('')
  return Object.entries(value)
    .map(([name, entry]) => element(name, entry, style))
    .join('')
}

function element(name: string, value: XmlValue, style: ListStyle): string {
  if (value === null || value === undefined) return ''
  if (style === 'flat' && isList(value)) return value.map((entry) => element(name, entry, style)).join('')
  const content = toXml(value, style)
  return `<${name}>${content}</${name}>`
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value)
}
