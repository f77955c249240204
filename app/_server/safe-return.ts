/** A path on this portal to go back to; anything else, such as another site, becomes the start page. */
export function safeReturn(value: unknown): string {
  if (typeof value !== 'string' || value.length > 2_000) return '/'
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(value) && !value.includes('\\') && !value.startsWith('/sign-in') ? value : '/'
}
