import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** Every file under the paths that `wanted` takes, in sorted order and once each; a path that is not there is told. */
export function findFiles(paths: readonly string[], wanted: (file: string) => boolean): { files: string[]; missing: string[] } {
  const files = new Set<string>()
  const missing: string[] = []
  for (const given of paths) {
    const found = statSync(given, { throwIfNoEntry: false })
    if (!found) missing.push(given)
    else if (found.isDirectory()) {
      for (const entry of readdirSync(given, { recursive: true, withFileTypes: true })) {
        if (entry.isFile() && wanted(entry.name)) files.add(path.join(entry.parentPath, entry.name))
      }
    } else files.add(given)
  }
  return { files: [...files].toSorted(), missing }
}
