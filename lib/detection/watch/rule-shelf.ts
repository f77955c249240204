import { readFileSync } from 'node:fs'
import path from 'node:path'
import { builtinRules } from '../builtin-rules.ts'
import { findFiles } from '../cli/find-files.ts'
import { readRules, type RuleFile, type RuleRefusal } from '../sigma/read-rules.ts'
import { aboutOf, type RuleAbout } from '../sigma/rule.ts'

/** A file of rules that can be switched on: known by its first rule, whose name and severity people see. */
export type ShelvedRule = { file: RuleFile; about: RuleAbout; /** The others of the file, which it counts. */ parts: readonly RuleAbout[]; builtin: boolean }
export type RuleShelf = { rules: readonly ShelvedRule[]; /** Files of which nothing can be used. */ refusals: readonly RuleRefusal[] }

/**
 * Every rule there is: Latchkey's own, and those of the configured folders, with what cannot be read and why. Of two with
 * one id the first counts, and ours come first: nobody takes the place of a rule by giving another its id.
 */
export function readRuleShelf(folders: readonly string[], root = process.cwd()): RuleShelf {
  const { files, missing } = findFiles(folders, (name) => /\.ya?ml$/.test(name))
  const refusals: RuleRefusal[] = missing.map((folder) => ({ path: folder, rule: folder, problem: 'There is no such folder.' }))
  const rules = new Map<string, ShelvedRule>()
  const all = [...builtinRules(root).map((file) => ({ file, builtin: true })), ...files.map((file) => ({ file: { path: file, text: readFileSync(file, 'utf8') }, builtin: false }))]
  for (const { file, builtin } of all) {
    const read = readRules(file)
    refusals.push(...read.refusals)
    const [about, ...parts] = read.documents.map(({ source }) => aboutOf(source))
    if (!about) continue
    const before = rules.get(about.id)
    if (before) refusals.push({ path: file.path, rule: about.title, problem: `Its id ${about.id} is that of ${path.basename(before.file.path)} already.` })
    else rules.set(about.id, { file, about, parts, builtin })
  }
  return { rules: [...rules.values()], refusals }
}
