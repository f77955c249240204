import type { Template } from '#lib/catalog/templates/template.ts'

/** What stands for the pseudo parameters and the parameters of a stack. */
export type StackContext = { accountId: string; region: string; parameters: Readonly<Record<string, string>>; conditions?: Readonly<Record<string, boolean>> }

/** The context with the template's defaults, and which of its conditions hold. */
export function completeContext({ Parameters = {}, Conditions = {} }: Template, given: StackContext): StackContext {
  const defaults = Object.entries(Parameters).flatMap(([name, { Default }]) => (Default === undefined ? [] : [[name, Default] as const]))
  const context = { ...given, parameters: { ...Object.fromEntries(defaults), ...given.parameters } }
  return { ...context, conditions: Object.fromEntries(Object.entries(Conditions).map(([name, condition]) => [name, resolve(condition, context, new Map()) === true])) }
}

/** What `Ref` and `Fn::GetAtt … Arn` of a resource are, once it exists. */
export type Made = Map<string, { ref: string; arn: string }>

/**
 * A template's value with its intrinsic functions carried out, as far as this product uses any; another one is refused.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolve(value: unknown, context: StackContext, made: Made): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, context, made)).filter((item) => item !== noValue)
  if (typeof value !== 'object' || value === null) return value
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value)
  if (others.length === 0 && name === 'Ref' && argument === 'AWS::NoValue') return noValue
  if (others.length === 0 && name === 'Ref') return reference(String(argument), context, made)
  if (others.length === 0 && name === 'Fn::Sub') return substitute(String(argument), context, made)
  if (others.length === 0 && name === 'Fn::GetAtt') return attribute(argument as [string, string], made)
  if (others.length === 0 && name in logic) return logic[name as keyof typeof logic](argument as unknown[], context, made)
  if (others.length === 0 && name.startsWith('Fn::')) throw new Error(`The local AWS knows no ${name}.`)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, context, made)] as const).filter(([, item]) => item !== noValue))
}

/** `AWS::NoValue`: what holds it is as if it were not written. */
const noValue = Symbol('AWS::NoValue')

const logic = {
  'Fn::Equals': ([left, right]: unknown[], context: StackContext, made: Made): unknown => resolve(left, context, made) === resolve(right, context, made),
  'Fn::Not': ([condition]: unknown[], context: StackContext, made: Made): unknown => resolve(condition, context, made) !== true,
  'Fn::If': ([condition, then, otherwise]: unknown[], context: StackContext, made: Made): unknown => {
    const holds = context.conditions?.[String(condition)]
    if (holds === undefined) throw new Error(`The template has no condition ${String(condition)}.`)
    return resolve(holds ? then : otherwise, context, made)
  },
}

function reference(name: string, { accountId, region, parameters }: StackContext, made: Made): string {
  const pseudo: Record<string, string> = { 'AWS::AccountId': accountId, 'AWS::Region': region, 'AWS::Partition': 'aws' }
  const value = pseudo[name] ?? parameters[name] ?? made.get(name)?.ref
  if (value === undefined) throw new Error(`Nothing in the template is called ${name}, or it comes later.`)
  return value
}

const substitute = (text: string, context: StackContext, made: Made): string => text.replaceAll(/\$\{([\w:]+)\}/g, (_, name: string) => reference(name, context, made))

function attribute([id, field]: [string, string], made: Made): string {
  const arn = made.get(id)?.arn
  if (arn === undefined || field !== 'Arn') throw new Error(`The template has no ${id}.${field} yet.`)
  return arn
}

/** The resources of a template in the order they are written in, which for this product's templates is the order they need. */
export const resourcesOf = (template: Template): [string, Template['Resources'][string]][] => Object.entries(template.Resources)
