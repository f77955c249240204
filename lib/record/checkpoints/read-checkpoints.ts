import { z } from 'zod'
import { type Checkpoint, checkpointSchema, type Succession, successionSchema } from './checkpoint.ts'

export type KeptOutside = { checkpoints: Checkpoint[]; successions: Succession[]; /** Lines that are neither, such as what a crash left half written. */ unreadable: number }

const lineSchema = z.union([checkpointSchema, z.object({ succession: successionSchema })])

/** What checkpoint files, or mails and objects that hold the same lines, say together: JSON objects, one a line. */
export function readCheckpoints(texts: readonly string[]): KeptOutside {
  const kept: KeptOutside = { checkpoints: [], successions: [], unreadable: 0 }
  const seen = new Set<string>()
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    if (line.trim() === '' || seen.has(line)) continue
    seen.add(line)
    const read = lineSchema.safeParse(parsed(line)).data
    if (!read) kept.unreadable += 1
    else if ('succession' in read) kept.successions.push(read.succession)
    else kept.checkpoints.push(read)
  }
  return kept
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
