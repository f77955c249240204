import { type Document, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { type Catalog, catalogSchema, type ProfileDefinition, profileSchema } from './catalog-schema.ts'
import { kindProblems } from './kind-problems.ts'

export type CatalogProblem = { line: number; field: string; message: string }
export type CatalogResult = { ok: true; catalog: Catalog } | { ok: false; problems: CatalogProblem[] }

export type Path = readonly (string | number)[]

type Mistake = { path: Path; message: string }
type Parsed<Value> = { ok: true; value: Value } | { ok: false; problems: CatalogProblem[] }

/**
 * Reads the catalogue's YAML. Every mistake is returned with the line and the field it stands in: syntax first, then
 * shape, then what only shows across entries (doubled ids, accounts nobody declared).
 */
export function parseCatalog(source: string): CatalogResult {
  const read = parseWith(source, catalogSchema, crossCheck)
  return read.ok ? { ok: true, catalog: read.value } : read
}

/** What a profile that is written by itself stands beside: names of accounts, and the profiles that let a vendor in. */
export type Surroundings = { accounts: readonly string[]; vendors: readonly ProfileDefinition[] }

/** Reads one profile's YAML, for an account of the catalogue, likewise. */
export function parseProfile(source: string, { accounts, vendors }: Surroundings): { ok: true; profile: ProfileDefinition } | { ok: false; problems: CatalogProblem[] } {
  const read = parseWith(source, profileSchema, (profile) => [
    ...(accounts.includes(profile.account) ? [] : [{ path: ['account'], message: `names no account of the catalogue; there are: ${accounts.join(', ')}` }]),
    ...kindProblems(vendors, profile),
  ])
  return read.ok ? { ok: true, profile: read.value } : read
}

function parseWith<Value>(source: string, schema: z.ZodType<Value>, check: (value: Value) => Mistake[]): Parsed<Value> {
  try {
    return parseDeep(source, schema, check)
  } catch (error) {
    // Readers of nested text call themselves; a text of brackets alone exhausts their stack.
    if (error instanceof RangeError) return { ok: false, problems: [{ line: 1, field: '', message: 'is nested too deeply to be read' }] }
    throw error
  }
}

function parseDeep<Value>(source: string, schema: z.ZodType<Value>, check: (value: Value) => Mistake[]): Parsed<Value> {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true })
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({ line: error.linePos?.[0].line ?? 1, field: '', message: error.message.split('\n')[0] ?? 'cannot be read' }))
    return { ok: false, problems }
  }
  const aliases = aliasProblems(document, lines)
  if (aliases.length > 0) return { ok: false, problems: aliases }
  const told = (mistakes: readonly Mistake[]): CatalogProblem[] => mistakes.map(({ path, message }) => ({ line: lineOf(document, lines, path), field: fieldName(path), message }))
  const parsed = schema.safeParse(document.toJS())
  if (!parsed.success) return { ok: false, problems: told(parsed.error.issues.flatMap((issue) => mistakesOf(issue, []))) }
  const problems = told(check(parsed.data))
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: parsed.data }
}

/** Of a field that may be written in two ways, the mistakes in the way it was meant: the one that was followed furthest. */
function mistakesOf(issue: z.core.$ZodIssue, above: Path): Mistake[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
  if (issue.code === 'invalid_union') {
    const ways = issue.errors.map((issues) => issues.flatMap((inner) => mistakesOf(inner, path))).toSorted((left, right) => deepest(right) - deepest(left))
    if (ways[0] && deepest(ways[0]) > path.length + 1) return ways[0]
  }
  return [{ path, message: issue.message.replace(/^Invalid input: /, '') }]
}

const deepest = (mistakes: readonly Mistake[]): number => Math.max(0, ...mistakes.map(({ path }) => path.length))

/** Finds the lines of mistakes that only a use of the catalogue shows, such as a template for AWS. */
export function locateProblems(source: string, problems: readonly { path: Path; message: string }[]): CatalogProblem[] {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines })
  return problems.map(({ path, message }) => ({ line: lineOf(document, lines, path), field: fieldName(path), message }))
}

/** One line for people: "line 12, profiles[3].limits.leaseMinutes: must be at least 15". */
export const describeProblem = ({ line, field, message }: CatalogProblem): string => `line ${line}${field ? `, ${field}` : ''}: ${message}`

/** Aliases make one entry depend on another far away, and small files huge: a catalogue is written out. */
function aliasProblems(document: Document, lines: LineCounter): CatalogProblem[] {
  const problems: CatalogProblem[] = []
  visit(document, {
    Alias: (_key, alias) => {
      problems.push({ line: alias.range ? lines.linePos(alias.range[0]).line : 1, field: '', message: `write the value out instead of the alias *${alias.source}` })
    },
  })
  return problems
}

function crossCheck(catalog: Catalog): { path: Path; message: string }[] {
  const names = new Set(catalog.accounts.map((account) => account.name))
  return [
    ...doubled(catalog.accounts.map((account) => account.id)).map((index) => ({ path: ['accounts', index, 'id'], message: 'is listed twice' })),
    ...doubled(catalog.accounts.map((account) => account.name)).map((index) => ({ path: ['accounts', index, 'name'], message: 'is listed twice' })),
    ...doubled(catalog.profiles.map((profile) => profile.id)).map((index) => ({ path: ['profiles', index, 'id'], message: 'is listed twice' })),
    ...catalog.profiles.flatMap((profile, index) => {
      const path = ['profiles', index]
      return names.has(profile.account) ? [] : [{ path: [...path, 'account'], message: `names no account of this file; there are: ${[...names].join(', ')}` }]
    }),
    ...catalog.profiles.flatMap((profile, index) => kindProblems(catalog.profiles, profile).map(({ path, message }) => ({ path: ['profiles', index, ...path], message }))),
  ]
}

/** Indexes of values that stood in the list before. */
function doubled(values: readonly string[]): number[] {
  const seen = new Set<string>()
  return values.flatMap((value, index) => (seen.size === seen.add(value).size ? [index] : []))
}

function fieldName(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}

/** The line of the deepest node that exists on `path`: a missing field is shown at the entry that lacks it. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined
    if (node?.range) return lines.linePos(node.range[0]).line
  }
  return 1
}
