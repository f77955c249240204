import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseCatalog } from '../parse-catalog.ts'
import specification from './fixtures/resource-specification.json' with { type: 'json' }
import { emergencyTemplate } from './emergency.ts'
import { hubTemplate } from './hub.ts'
import { memberTemplate } from './member.ts'
import { organizationTemplate } from './organization.ts'
import type { Template } from './template.ts'
import { recordTemplate } from './record.ts'
import { trailTemplate } from './trail.ts'

type Field = { Required: boolean; Type?: string; ItemType?: string; PrimitiveType?: string; PrimitiveItemType?: string }
type Shapes = Record<string, { Properties: Record<string, Field> }>
const resourceTypes: Shapes = specification.ResourceTypes
const propertyTypes: Shapes = specification.PropertyTypes

const isFunction = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'))
const primitives: Record<string, (value: unknown) => boolean> = {
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Integer: (value) => Number.isInteger(value),
  Json: (value) => typeof value === 'object',
}

/** What is wrong with the properties of a resource, by AWS's own specification of its type. */
function mistakes(owner: string, shape: { Properties: Record<string, Field> } | undefined, properties: Record<string, unknown>, place: string): string[] {
  if (!shape) return [`${place}: unknown type`]
  const missing = Object.entries(shape.Properties).filter(([name, field]) => field.Required && !(name in properties)).map(([name]) => `${place}.${name} is missing`)
  return [...missing, ...Object.entries(properties).flatMap(([name, value]) => wrong(owner, shape.Properties[name], value, `${place}.${name}`))]
}

function wrong(owner: string, field: Field | undefined, value: unknown, place: string): string[] {
  if (!field) return [`${place} is not a property`]
  if (isFunction(value)) return []
  if (field.PrimitiveType) return primitives[field.PrimitiveType]?.(value) ? [] : [`${place} is no ${field.PrimitiveType}`]
  if (field.Type === 'List') {
    if (!Array.isArray(value)) return [`${place} is no list`]
    return value.flatMap((item, index) => wrong(owner, field.PrimitiveItemType ? { Required: true, PrimitiveType: field.PrimitiveItemType } : { Required: true, Type: field.ItemType ?? '' }, item, `${place}[${index}]`))
  }
  return mistakes(owner, propertyTypes[`${owner}.${field.Type}`] ?? propertyTypes[field.Type ?? ''], value as Record<string, unknown>, place)
}

const mistakesOf = (template: Template): string[] => Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => mistakes(Type, resourceTypes[Type], Properties, id))

const parsed = parseCatalog(readFileSync('lib/local/demo/catalog.yaml', 'utf8'))
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { catalog } = parsed
const names = { managedRolePath: '/latchkey/', memberReaderRole: 'latchkey/latchkey-reader', memberRevokerRole: 'latchkey/latchkey-revoker' }
const members = catalog.accounts.map((account): [string, Template] => {
  const made = memberTemplate(catalog, account, names)
  if (!made.ok) throw new Error(JSON.stringify(made.problems))
  return [account.name, made.template]
})
const templates: [string, Template][] = [['hub', hubTemplate(catalog, names)], ...members, ['emergency', emergencyTemplate(catalog.accounts[0]!)], ['trail', trailTemplate(undefined)], ['record', recordTemplate()], ['organisation trail', trailTemplate('o-abcdefghij')], ['organization', organizationTemplate(catalog, names)]]

test.each(templates)('the template %s is valid by the CloudFormation resource specification', (_, template) => {
  expect(mistakesOf(template)).toEqual([])
})

test('a property that does not exist, one that is missing and one of another type are found', () => {
  const Role = { Type: 'AWS::IAM::Role', Properties: { RoleNames: 'x', MaxSessionDuration: 'an hour', Policies: [{ PolicyName: 'p' }] } }
  expect(mistakesOf({ AWSTemplateFormatVersion: '2010-09-09', Description: '', Resources: { Role } })).toEqual([
    'Role.AssumeRolePolicyDocument is missing',
    'Role.RoleNames is not a property',
    'Role.MaxSessionDuration is no Integer',
    'Role.Policies[0].PolicyDocument is missing',
  ])
})
