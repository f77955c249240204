import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { RuleFile } from './sigma/read-rules.ts'

const folder = path.join(import.meta.dirname, 'rules')

/** The rules that Latchkey brings, as Sigma files. */
export function builtinRules(): RuleFile[] {
  return readdirSync(folder).filter((name) => name.endsWith('.yml')).toSorted().map((name) => ({ path: `built-in/${name}`, text: readFileSync(path.join(folder, name), 'utf8') }))
}
