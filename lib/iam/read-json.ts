/** A JSON value, or `undefined` where the text is none. */
export type JsonReading = { readonly value: unknown } | undefined

function hasDuplicateKeys(validJson: string): boolean {
  const open: Set<string>[] = []
  for (const [, text, colon, bracket] of validJson.matchAll(/("(?:[^"\\]|\\.)*")\s*(:)?|([{}[\]])/gu)) {
    if (bracket === '{' || bracket === '[') open.push(new Set())
    else if (bracket !== undefined) open.pop()
    else if (colon !== undefined) {
      const key = JSON.parse(text!) as string
      const keys = open[open.length - 1]!
      if (keys.has(key)) return true
      keys.add(key)
    }
  }
  return false
}

/**
 * Reads JSON and refuses a key given twice in one object: JSON.parse would keep the last one, and a second `Effect` or
 * condition would silently replace the first. Never throws.
 */
export function readJson(text: string): JsonReading {
  try {
    const value: unknown = JSON.parse(text)
    return hasDuplicateKeys(text) ? undefined : { value }
  } catch {
    return undefined
  }
}

/** A JSON object: neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
