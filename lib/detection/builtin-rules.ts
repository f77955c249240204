import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { RuleFile } from './sigma/read-rules.ts'

/** Where they lie in the repository, and in the built server beside it. */
export const builtinRulesFolder = path.join('lib', 'detection', 'rules')

/** The rules that Latchkey brings, as Sigma files; `root` is the folder that the product runs in. */
export function builtinRules(root = process.cwd()): RuleFile[] {
  const folder = path.join(root, builtinRulesFolder)
  return readdirSync(folder).filter((name) => name.endsWith('.yml')).toSorted().map((name) => ({ path: `built-in/${name}`, text: readFileSync(path.join(folder, name), 'utf8') }))
}
