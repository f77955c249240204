import { asList } from './document.ts'
import type { ConditionBlock } from './document.ts'

const keyWords: Readonly<Record<string, string>> = {
  'aws:requestedregion': 'the region',
  'aws:sourceip': "the caller's address",
  'aws:currenttime': 'the time',
  'aws:epochtime': 'the time',
  'aws:tokenissuetime': 'the time the credentials were issued',
  'aws:sourceidentity': 'the source identity',
  'aws:userid': "the session's id",
  'aws:username': 'the user name',
  'aws:principalarn': 'the caller',
  'aws:principalaccount': "the caller's account",
  'aws:principalorgid': "the caller's organization",
  'aws:resourceaccount': 'the account of the resource',
  'aws:resourceorgid': 'the organization of the resource',
  'aws:sourcevpc': "the caller's network",
  'aws:sourcevpce': "the caller's private endpoint",
  'aws:calledvia': 'the service called through',
  'aws:multifactorauthage': 'the seconds since a second factor was used',
  'iam:passedtoservice': 'the service that receives the role',
  'iam:permissionsboundary': 'the permissions boundary',
  'sts:externalid': 'the external id',
  's3:prefix': "the prefix of the objects' names",
}

const tagWords: Readonly<Record<string, string>> = {
  'aws:principaltag/': 'of the caller',
  'aws:resourcetag/': 'of the resource',
  'aws:requesttag/': 'in the request',
}

/** What is true when a Bool key is `true`, and when it is `false`. */
const boolWords: Readonly<Record<string, readonly [string, string]>> = {
  'aws:multifactorauthpresent': ['a second factor was used to sign in', 'no second factor was used to sign in'],
  'aws:securetransport': ['the connection is encrypted', 'the connection is not encrypted'],
  'aws:viaawsservice': ['an AWS service asks on behalf of the caller', 'the caller asks directly'],
  'aws:principalisawsservice': ['the caller is an AWS service', 'the caller is no AWS service'],
}

const verbs: Readonly<Record<string, readonly [before: string, after: string]>> = {
  stringequals: ['is', ''],
  stringnotequals: ['is not', ''],
  stringequalsignorecase: ['is', ''],
  stringnotequalsignorecase: ['is not', ''],
  stringlike: ['is like', ''],
  stringnotlike: ['is not like', ''],
  numericequals: ['is', ''],
  numericnotequals: ['is not', ''],
  numericlessthan: ['is less than', ''],
  numericlessthanequals: ['is at most', ''],
  numericgreaterthan: ['is more than', ''],
  numericgreaterthanequals: ['is at least', ''],
  dateequals: ['is', ''],
  datenotequals: ['is not', ''],
  datelessthan: ['is before', ''],
  datelessthanequals: ['is', ' or earlier'],
  dategreaterthan: ['is after', ''],
  dategreaterthanequals: ['is', ' or later'],
  bool: ['is', ''],
  binaryequals: ['is', ''],
  ipaddress: ['is in', ''],
  notipaddress: ['is not in', ''],
  arnequals: ['is', ''],
  arnlike: ['is like', ''],
  arnnotequals: ['is not', ''],
  arnnotlike: ['is not like', ''],
}

function subjectOf(key: string): string {
  const lower = key.toLowerCase()
  if (Object.hasOwn(keyWords, lower)) return keyWords[lower]!
  const prefix = Object.keys(tagWords).find((each) => lower.startsWith(each))
  return prefix ? `the tag "${key.slice(prefix.length)}" ${tagWords[prefix]}` : key
}

/** `a`, `a or b`, `a, b or c`. */
export function orList(values: readonly string[]): string {
  return values.length < 2 ? (values[0] ?? 'nothing') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}

function phrase(operator: string, key: string, values: readonly string[]): string {
  const [, set, base = '', suffix] = /^(?:(\w+):)?(.*?)(IfExists)?$/iu.exec(operator)!
  const name = base.toLowerCase()
  if (name === 'null') return `${subjectOf(key)} is ${values.some((value) => value.toLowerCase() === 'true') ? 'absent' : 'given'}`
  const optional = suffix ? ', if it is given' : ''
  const bools = boolWords[key.toLowerCase()]
  if (name === 'bool' && bools && values.length === 1) return `${bools[values[0]!.toLowerCase() === 'true' ? 0 : 1]}${optional}`
  const subject = subjectOf(key)
  const quantified = set === undefined ? subject : `${set.toLowerCase() === 'foranyvalue' ? 'at least one' : 'every'} value of ${subject}`
  const [before, after] = verbs[name] ?? [`meets ${base} of`, '']
  return `${quantified} ${before} ${orList(values)}${after}${optional}`
}

/** A Condition element as words that follow "when": `the region is eu-west-1 and …`; empty without conditions. */
export function conditionWords(block: ConditionBlock | undefined): string {
  const phrases = Object.entries(block ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => phrase(operator, key, asList(values).map(String))),
  )
  return phrases.join(' and ')
}
