/**
 * Reads fields of one event for many rules. A field is a path of names joined by dots; where an array lies on the way,
 * or at its end, each of its elements counts, and one that fits is enough. Objects are compared as their JSON text, and
 * so are arrays of objects. What a field says, and its lower-case form, is worked out once for all rules.
 */
export type EventReader = {
  /** The number of a field, the same for every rule that names it. */
  fieldOf(path: string): number
  /** Begins reading another event. */
  open(event: unknown): void
  /** What a field holds: nothing (absent), or one or more values. */
  valuesOf(field: number): readonly FieldValue[]
  /** The whole event as text in lower case, for keywords. */
  text(): string
}

export type FieldValue = {
  /** As text; null for JSON's null. */
  text: string | null
  lower: string | null
  /** A number, or text that is one. */
  number: number
  /** As the only field that something is grouped by. */
  group: string
}

const nothing: readonly FieldValue[] = []
/** `inherited`: an object has one of the names without saying it, as `constructor`. */
type Path = { names: readonly string[]; inherited: boolean }

export function createEventReader(): EventReader {
  const fields = new Map<string, number>()
  const paths: Path[] = []
  const read: (readonly FieldValue[])[] = []
  /** The last text of a field and what was made of it: events come in runs that say the same. */
  const lastText: (string | undefined)[] = []
  const lastValues: (readonly FieldValue[])[] = []
  /** Which event a field was read in: forgetting all of them costs nothing. */
  const readIn: number[] = []
  let turn = 0
  let current: unknown
  let whole: string | undefined
  return {
    fieldOf: (path) => {
      const known = fields.get(path)
      if (known !== undefined) return known
      fields.set(path, paths.length)
      const names = path.split('.')
      paths.push({ names, inherited: names.some((name) => name in Object.prototype) })
      read.push(nothing)
      readIn.push(0)
      return paths.length - 1
    },
    open: (event) => {
      current = event
      whole = undefined
      turn += 1
    },
    valuesOf: (field) => {
      if (readIn[field] === turn) return read[field] as readonly FieldValue[]
      readIn[field] = turn
      const value = textAt(current, paths[field] as Path)
      if (typeof value !== 'string') return (read[field] = value)
      if (lastText[field] !== value) {
        lastText[field] = value
        lastValues[field] = [textValue(value)]
      }
      return (read[field] = lastValues[field] as readonly FieldValue[])
    },
    text: () => (whole ??= wholeText(current)),
  }
}

/** The text at the end of a path that leads through objects alone, or whatever else the path leads to. */
function textAt(event: unknown, { names, inherited }: Path): string | readonly FieldValue[] {
  let value = event
  for (let depth = 0; depth < names.length; depth += 1) {
    if (Array.isArray(value)) {
      const rest = { names: names.slice(depth), inherited }
      const found = value.flatMap((element) => [...valuesAt(element, rest)])
      return found.length > 0 ? found : nothing
    }
    if (typeof value !== 'object' || value === null) return nothing
    const name = names[depth] as string
    const next = (value as Record<string, unknown>)[name]
    if (next === undefined || (inherited && !Object.hasOwn(value, name))) return nothing
    value = next
  }
  if (typeof value === 'string') return value
  if (value === undefined) return nothing
  return Array.isArray(value) ? [...value.flatMap(fieldValues), textValue(JSON.stringify(value))] : fieldValues(value)
}

function valuesAt(event: unknown, path: Path): readonly FieldValue[] {
  const found = textAt(event, path)
  return typeof found === 'string' ? [textValue(found)] : found
}

/** Of an object its JSON and, where that has escapes, the same without them: a policy in it is JSON within JSON. */
function fieldValues(value: unknown): FieldValue[] {
  const first = fieldValue(value)
  if (typeof value !== 'object' || !first.text?.includes('\\')) return [first]
  return [first, textValue(first.text.replaceAll(/\\(["\\])/g, '$1'))]
}

function fieldValue(value: unknown): FieldValue {
  if (value === null) return { text: null, lower: null, number: Number.NaN, group: '[null]' }
  if (typeof value === 'string') return textValue(value)
  return textValue(JSON.stringify(value) ?? '')
}

class TextValue implements FieldValue {
  readonly text: string
  #lower: string | undefined
  #group: string | undefined
  constructor(text: string) {
    this.text = text
  }
  get lower(): string {
    return (this.#lower ??= this.text.toLowerCase())
  }
  get group(): string {
    return (this.#group ??= JSON.stringify([this.text]))
  }
  get number(): number {
    return /^-?\d+(\.\d+)?$/.test(this.text) ? Number(this.text) : Number.NaN
  }
}
const textValue = (text: string): FieldValue => new TextValue(text)

/** Its JSON, and each text in it as it reads without JSON's escapes. */
function wholeText(event: unknown): string {
  const parts = [JSON.stringify(event) ?? '']
  const collect = (value: unknown): void => {
    if (typeof value === 'string') parts.push(value)
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collect(item)
  }
  collect(event)
  return parts.join('\n').toLowerCase()
}
