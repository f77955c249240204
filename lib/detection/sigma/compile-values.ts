import { BlockList, isIP } from 'node:net'
import { RE2JS } from 're2js'
import type { EventReader, FieldValue } from './event-reader.ts'
import { type Comparing, readModifiers } from './modifiers.ts'
import { beginning, compilePattern, containing, ending, parsePattern, type Pattern, plainText } from './pattern.ts'
import { transformText } from './transform-text.ts'

/** Lists that `expand` puts in the place of `%name%`. */
export type Placeholders = ReadonlyMap<string, readonly string[]>
export type Scalar = string | number | boolean | null
export type Test = () => boolean
/** A compiled test, which field it reads alone, and the plain values in lower case of which that must hold one for it to be true. */
export type Compiled = { test: Test; path?: string | undefined; values?: ReadonlySet<string> | undefined }

/** A rule that says something Latchkey does not do; never a rule that silently means something else. */
export class RuleProblem extends Error {}

type Match = (value: FieldValue) => boolean

/** Compiles `field|modifiers: values` of a map. */
export function compileField(key: string, values: readonly Scalar[], reader: EventReader, placeholders: Placeholders): Compiled {
  const [path = '', ...names] = key.split('|')
  const comparing = readModifiers(names)
  if ('problem' in comparing) throw new RuleProblem(comparing.problem)
  if (path === '') return { test: compileKeywords(values, comparing, reader) }
  if (comparing.all && values.length < 2) throw new RuleProblem(`"${key}": "all" needs a list of values.`)
  const field = reader.fieldOf(path)
  if (comparing.kind === 'exists') return { test: compileExists(key, values, reader, field), path }
  if (comparing.kind === 'fieldref') return { test: quantify(values.map((value) => compileReference(key, value, comparing, reader, field)), comparing) }
  const plain = comparing.kind === 'text' && !comparing.cased && !comparing.neq && !comparing.all && comparing.place === undefined && comparing.transformations.length === 0 ? plainValues(values) : undefined
  if (plain) return { test: compilePlain(plain, reader, field), path, values: plain }
  const tests = values.map((value): Test => {
    if (value === null) return () => reader.valuesOf(field).every(({ text }) => text === null)
    const matches = compileValue(key, value, comparing, placeholders)
    return anyMatch(matches, reader, field)
  })
  return { test: quantify(tests, comparing), path }
}

function anyMatch(matches: readonly Match[], reader: EventReader, field: number): Test {
  return () => {
    const values = reader.valuesOf(field)
    for (let index = 0; index < values.length; index += 1) {
      const found = values[index] as FieldValue
      if (found.text === null) continue
      for (let place = 0; place < matches.length; place += 1) if ((matches[place] as Match)(found)) return true
    }
    return false
  }
}

/** The one character whose lower case is longer than itself (Unicode, SpecialCasing.txt) holds this. */
const longerInLowerCase = '\u0307'

/** One of some texts in lower case. Lengths are looked at first: most texts need no lower case made. */
function compilePlain(plain: ReadonlySet<string>, reader: EventReader, field: number): Test {
  const lengths = [...plain].some((value) => value.includes(longerInLowerCase)) ? -1 : [...plain].reduce((bits, { length }) => bits | (1 << (length & 31)), 0)
  return () => {
    const values = reader.valuesOf(field)
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] as FieldValue
      if (value.text !== null && (lengths >>> (value.text.length & 31)) & 1 && plain.has(value.lower as string)) return true
    }
    return false
  }
}

function quantify(tests: readonly Test[], { all, neq }: Comparing): Test {
  const [only] = tests
  const linked: Test = tests.length === 1 && only ? only : all ? () => tests.every((test) => test()) : () => tests.some((test) => test())
  return neq ? () => !linked() : linked
}

/** The values in lower case, when none has a wildcard and none is null. */
function plainValues(values: readonly Scalar[]): Set<string> | undefined {
  const plain = values.map((value) => (value === null ? undefined : plainText(parsePattern(String(value)))?.toLowerCase()))
  return plain.every((value) => value !== undefined) ? new Set(plain) : undefined
}

function compileExists(key: string, values: readonly Scalar[], reader: EventReader, field: number): Test {
  const [wanted, ...more] = values
  if (typeof wanted !== 'boolean' || more.length > 0) throw new RuleProblem(`"${key}" must say true or false.`)
  return () => reader.valuesOf(field).length > 0 === wanted
}

function compileReference(key: string, value: Scalar, { place, cased }: Comparing, reader: EventReader, field: number): Test {
  if (typeof value !== 'string' || value === '') throw new RuleProblem(`"${key}" must name a field.`)
  const other = reader.fieldOf(value)
  const textOf = (found: FieldValue): string | null => (cased ? found.text : found.lower)
  const compare = place === 'contains' ? 'includes' : place === 'startswith' ? 'startsWith' : place === 'endswith' ? 'endsWith' : undefined
  return () => reader.valuesOf(field).some((one) => reader.valuesOf(other).some((two) => {
    const [left, right] = [textOf(one), textOf(two)]
    return left !== null && right !== null && (compare ? left[compare](right) : left === right)
  }))
}

/** Every text or pattern one written value stands for. */
function compileValue(key: string, value: Exclude<Scalar, null>, comparing: Comparing, placeholders: Placeholders): Match[] {
  switch (comparing.kind) {
    case 're':
      return expandAll(key, String(value), comparing, placeholders).map((source) => compileExpression(key, source, comparing.flags))
    case 'cidr':
      return [compileCidr(key, String(value))]
    case 'number':
      return [compileNumber(key, value, comparing)]
    default:
      return expandAll(key, String(value), comparing, placeholders).map((text) => compileText(patternOf(text, comparing), comparing.cased))
  }
}

/** Transformed text is taken as it is; a wildcard in it would be a byte like any other. */
function patternOf(text: string, { transformations, place }: Comparing): Pattern {
  const pattern = transformations.some((name) => name !== 'windash' && name !== 'expand') ? [text] : parsePattern(text)
  return place === 'contains' ? containing(pattern) : place === 'startswith' ? beginning(pattern) : place === 'endswith' ? ending(pattern) : pattern
}

function compileText(pattern: Pattern, cased: boolean): Match {
  const match = compilePattern(cased ? pattern : pattern.map((part) => (typeof part === 'string' ? part.toLowerCase() : part)))
  return cased ? ({ text }) => match(text as string) : ({ lower }) => match(lower as string)
}

function expandAll(key: string, source: string, { transformations }: Comparing, placeholders: Placeholders): string[] {
  return transformations.reduce<string[]>((texts, transformation) => texts.flatMap((text) => (transformation === 'expand' ? expand(key, text, placeholders) : transformText(text, transformation))), [source])
}

function expand(key: string, text: string, placeholders: Placeholders): string[] {
  const pieces = text.split(/(?<!\\)%(\w+)(?<!\\)%/)
  return pieces.reduce<string[]>((texts, piece, index) => {
    if (index % 2 === 0) return texts.map((begun) => begun + piece.replaceAll('\\%', '%'))
    const values = placeholders.get(piece)
    if (!values) throw new RuleProblem(`"${key}" wants the list %${piece}%, which is not configured.`)
    return texts.flatMap((begun) => values.map((value) => begun + value))
  }, [''])
}

/** RE2's syntax: what could take time without end (look-around, references back) does not exist in it. */
function compileExpression(key: string, source: string, flags: string): Match {
  const options = (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0) | (flags.includes('s') ? RE2JS.DOTALL : 0)
  try {
    const expression = RE2JS.compile(source, options)
    return remembered((text) => expression.test(text))
  } catch (error) {
    throw new RuleProblem(`"${key}": the regular expression ${source} cannot be used: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const mostRemembered = 1_000

/** What costs more than looking it up: the texts of a field are few in a run of events. */
function remembered(test: (text: string) => boolean): Match {
  const answers = new Map<string, boolean>()
  return ({ text }) => {
    const known = answers.get(text as string)
    if (known !== undefined) return known
    if (answers.size >= mostRemembered) answers.clear()
    const answer = test(text as string)
    answers.set(text as string, answer)
    return answer
  }
}

function compileCidr(key: string, source: string): Match {
  const [address = '', bits = ''] = source.split('/')
  const family = isIP(address)
  if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) throw new RuleProblem(`"${key}": ${source} is no range of addresses.`)
  const list = new BlockList()
  list.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return ({ text }) => {
    const found = isIP(text as string)
    return found !== 0 && list.check(text as string, found === 4 ? 'ipv4' : 'ipv6')
  }
}

function compileNumber(key: string, value: Exclude<Scalar, null>, { comparison, timePart }: Comparing): Match {
  const limit = typeof value === 'boolean' ? Number.NaN : Number(value)
  if (Number.isNaN(limit)) throw new RuleProblem(`"${key}": ${String(value)} is no number.`)
  const read = timePart ? ({ text }: FieldValue): number => partOf(text as string, timePart) : ({ number }: FieldValue): number => number
  switch (comparison) {
    case 'lt':
      return (found) => read(found) < limit
    case 'lte':
      return (found) => read(found) <= limit
    case 'gt':
      return (found) => read(found) > limit
    case 'gte':
      return (found) => read(found) >= limit
    case undefined:
      return (found) => read(found) === limit
  }
}

/** Read as written: zones are not converted, as the specification says. Weeks are those of ISO 8601. */
function partOf(text: string, part: NonNullable<Comparing['timePart']>): number {
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?/.exec(text)
  if (!found) return Number.NaN
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number]
  return { year, month, day, hour, minute, week: isoWeek(year, month, day) }[part]
}

/** The week of a day is the one that holds its Thursday; the first of a year holds the year's first Thursday. */
function isoWeek(year: number, month: number, day: number): number {
  const date = new Date(Date.UTC(year, month - 1, day))
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7))
  return Math.ceil(((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7)
}

function compileKeywords(values: readonly Scalar[], comparing: Comparing, reader: EventReader): Test {
  if (comparing.kind !== 'text' || comparing.cased || comparing.transformations.length > 0) throw new RuleProblem('Keywords, which search the whole event, take no modifier but "all".')
  const tests = values.map((value): Test => {
    const match = compilePattern(containing(parsePattern(String(value ?? '').toLowerCase())))
    return () => match(reader.text())
  })
  return quantify(tests, comparing)
}
