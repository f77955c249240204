/** What a modifier does to the values of a field, in the order of the rule. Anything else is refused by its name. */
export const modifierNames = [
  'all', 'base64', 'base64offset', 'cased', 'cidr', 'contains', 'day', 'endswith', 'exists', 'expand', 'fieldref', 'gt', 'gte', 'hour', 'i', 'lt', 'lte', 'm', 'minute', 'month', 'neq', 're', 's', 'startswith', 'utf16', 'utf16be',
  'utf16le', 'week', 'wide', 'windash', 'year',
] as const
export type ModifierName = (typeof modifierNames)[number]
export const isModifier = (name: string): name is ModifierName => (modifierNames as readonly string[]).includes(name)

export const timeParts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
export type TimePart = (typeof timeParts)[number]
export const comparisons = ['lt', 'lte', 'gt', 'gte'] as const
export type Comparison = (typeof comparisons)[number]
export const places = ['contains', 'startswith', 'endswith'] as const
export type Place = (typeof places)[number]

/** How the values of one field are compared, as its modifiers say together. */
export type Comparing = {
  kind: 'text' | 're' | 'cidr' | 'exists' | 'fieldref' | 'number'
  transformations: readonly ('windash' | 'base64' | 'base64offset' | 'utf16le' | 'utf16be' | 'utf16' | 'expand')[]
  place: Place | undefined
  comparison: Comparison | undefined
  timePart: TimePart | undefined
  flags: string
  all: boolean
  cased: boolean
  neq: boolean
}

const transformations = ['windash', 'base64', 'base64offset', 'utf16le', 'utf16be', 'utf16', 'expand'] as const
const among = <Name extends string>(list: readonly Name[], name: string): name is Name => (list as readonly string[]).includes(name)

/**
 * Reads the modifiers of a field, or says in a sentence what is wrong with them.
 * https://github.com/SigmaHQ/sigma-specification/blob/v2.1.0/specification/sigma-appendix-modifiers.md
 */
export function readModifiers(names: readonly string[]): Comparing | { problem: string } {
  const unknown = names.find((name) => !isModifier(name))
  if (unknown !== undefined) return { problem: `The modifier "${unknown}" is not part of Sigma 2.1.` }
  const has = (name: ModifierName): boolean => names.includes(name)
  const kinds = (['re', 'cidr', 'exists', 'fieldref'] as const).filter(has)
  const place = names.filter((name) => among(places, name))
  const comparison = names.filter((name) => among(comparisons, name))
  const time = names.filter((name) => among(timeParts, name))
  const flags = names.filter((name) => name === 'i' || name === 'm' || name === 's')
  const clash = clashOf({ kinds, place, comparison, time, flags, encoded: names.some((name) => among(transformations, name) || name === 'wide') })
  if (clash) return { problem: `The modifiers ${names.map((name) => `"${name}"`).join(' and ')} do not go together: ${clash}.` }
  return {
    kind: kinds[0] ?? (comparison.length > 0 || time.length > 0 ? 'number' : 'text'),
    transformations: names.map((name) => (name === 'wide' ? 'utf16le' : name)).filter((name) => among(transformations, name)),
    place: place[0],
    comparison: comparison[0],
    timePart: time[0],
    flags: flags.join(''),
    all: has('all'),
    cased: has('cased'),
    neq: has('neq'),
  }
}

type Found = { kinds: readonly string[]; place: readonly string[]; comparison: readonly string[]; time: readonly string[]; flags: readonly string[]; encoded: boolean }

function clashOf({ kinds, place, comparison, time, flags, encoded }: Found): string | undefined {
  const [kind] = kinds
  if (kinds.length > 1) return 'a value is one of these only'
  if (place.length > 1 || comparison.length > 1 || time.length > 1) return 'one of a kind is enough'
  if (flags.length > 0 && kind !== 're') return '"i", "m" and "s" belong to "re"'
  if (kind && kind !== 'fieldref' && place.length > 0) return 'the value is no text to look for'
  if (kind && (comparison.length > 0 || time.length > 0)) return 'the value is no number'
  if (place.length > 0 && (comparison.length > 0 || time.length > 0)) return 'numbers are compared whole'
  if (encoded && kind && kind !== 're') return 'only text is transformed'
  if (encoded && (comparison.length > 0 || time.length > 0)) return 'only text is transformed'
  return undefined
}
