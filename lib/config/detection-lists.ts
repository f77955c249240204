import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const schema = z.record(z.string().regex(/^\w+$/, 'a list is named by letters, digits and underscores'), z.array(z.coerce.string()).min(1))
export type DetectionLists = ReadonlyMap<string, readonly string[]>

/** Reads the lists that the modifier `expand` of Sigma rules puts in the place of `%name%`: YAML, a name and its values each. */
export function readDetectionLists(file: string | undefined): { lists: DetectionLists; problems: string[] } {
  if (file === undefined) return { lists: new Map(), problems: [] }
  try {
    const read = schema.safeParse(parse(readFileSync(file, 'utf8')))
    if (read.success) return { lists: new Map(Object.entries(read.data)), problems: [] }
    const [issue] = read.error.issues
    return { lists: new Map(), problems: [`DETECTION_LISTS_FILE: ${file}${issue?.path.length ? `, ${issue.path.join('.')}` : ''}: ${issue?.message ?? 'cannot be read'}. It must hold names, each with a list of values.`] }
  } catch {
    return { lists: new Map(), problems: [`DETECTION_LISTS_FILE: ${file} cannot be read as YAML.`] }
  }
}
