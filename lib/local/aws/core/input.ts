import { AwsError, validationError } from './errors.ts'

/** A request's parameters, whatever the protocol: text, lists and objects by AWS's own names. */
export type Input = { readonly [name: string]: InputValue }
export type InputValue = string | number | boolean | null | undefined | readonly InputValue[] | Input

type Branch = Map<string, Branch | string>

/**
 * Query parameters into nested values: `Tags.member.1.Key=a` → `{ Tags: [{ Key: 'a' }] }`; EC2 leaves out `member`.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/programming.html
 */
export function parseQueryInput(params: URLSearchParams): Input {
  const root: Branch = new Map()
  for (const [name, value] of params) {
    if (name === 'Action' || name === 'Version' || name.startsWith('X-Amz-')) continue
    place(root, name.split('.'), value)
  }
  return Object.fromEntries([...root].map(([name, branch]) => [name, collapse(branch)]))
}

function place(branch: Branch, [head = '', ...rest]: string[], value: string): void {
  if (rest.length === 0) {
    branch.set(head, value)
    return
  }
  const existing = branch.get(head)
  const child: Branch = existing instanceof Map ? existing : new Map()
  branch.set(head, child)
  place(child, rest, value)
}

function collapse(branch: Branch | string): InputValue {
  if (typeof branch === 'string') return branch
  const member = branch.get('member')
  if (branch.size === 1 && member instanceof Map) return collapse(member)
  const keys = [...branch.keys()]
  if (keys.every((key) => /^\d+$/.test(key))) {
    return [...branch].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => collapse(child))
  }
  return Object.fromEntries([...branch].map(([name, child]) => [name, collapse(child)]))
}

export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name]
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return undefined
}

export function requiredText(input: Input, name: string): string {
  const value = optionalText(input, name)
  if (value === undefined || value === '') throw validationError(lowerFirst(name), null, 'Member must not be null')
  return value
}

export function optionalNumber(input: Input, name: string): number | undefined {
  const value = optionalText(input, name)
  if (value === undefined) return undefined
  const number = Number(value)
  if (!Number.isInteger(number)) throw new AwsError('MalformedInput', `${name} is not an integer: ${value}`)
  return number
}

export function optionalBoolean(input: Input, name: string): boolean | undefined {
  const value = optionalText(input, name)
  return value === undefined ? undefined : value === 'true'
}

export function listOf(input: Input, name: string): readonly InputValue[] {
  const value = input[name]
  return Array.isArray(value) ? value : []
}

export const textsOf = (input: Input, name: string): string[] =>
  listOf(input, name).filter((entry): entry is string => typeof entry === 'string')

export const objectsOf = (input: Input, name: string): Input[] => listOf(input, name).filter(isInput)

function isInput(value: InputValue): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Tags as AWS sends them, `[{ Key, Value }]`. */
export function tagsOf(input: Input, name = 'Tags'): Record<string, string> {
  return Object.fromEntries(objectsOf(input, name).map((tag) => [requiredText(tag, 'Key'), optionalText(tag, 'Value') ?? '']))
}

/** The shape CloudTrail gives `requestParameters` and `responseElements`: the same names, first letter lower. */
export function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased)
  if (value instanceof Date) return trailDate(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([name, entry]) => [lowerFirst(name), camelCased(entry)]),
  )
}

/** CloudTrail writes dates in answers of STS and IAM as a US locale string: `Jul 10, 2023, 1:28:26 PM` (measured). */
export function trailDate(date: Date): string {
  const day = date.toLocaleDateString('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric', year: 'numeric' })
  const time = date.toLocaleTimeString('en-US', { timeZone: 'UTC', hour: 'numeric', minute: '2-digit', second: '2-digit', hour12: true })
  return `${day}, ${time.replaceAll(/\s/g, ' ')}`
}
