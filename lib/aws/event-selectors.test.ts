import type { AdvancedEventSelector, AdvancedFieldSelector, EventSelector } from '@aws-sdk/client-cloudtrail'
import { expect, test } from 'vitest'
import { type EventSelection, readSelection } from './event-selectors.ts'

const basic = (...selectors: EventSelector[]) => ({ basic: selectors, advanced: [] })
const advanced = (...selectors: AdvancedFieldSelector[][]): { basic: []; advanced: AdvancedEventSelector[] } => ({ basic: [], advanced: selectors.map((FieldSelectors) => ({ FieldSelectors })) })
const management = { Field: 'eventCategory', Equals: ['Management'] }
const reading = { Field: 'readOnly', Equals: ['true'] }
const writing = { Field: 'readOnly', Equals: ['false'] }
const without = (...services: string[]) => ({ Field: 'eventSource', NotEquals: services })
const dataOf = (type: string) => [{ Field: 'eventCategory', Equals: ['Data'] }, { Field: 'resources.type', Equals: [type] }]
const all: EventSelection = { reads: true, writes: true, leftOut: [], data: [], dataOfAll: [] }

test.each<[string, Parameters<typeof readSelection>[0], EventSelection]>([
  ['the default', basic({ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] }), all],
  ['an empty selector, whose defaults take everything', basic({}), all],
  ['no selector at all', basic(), { ...all, reads: false, writes: false }],
  ['writes only', basic({ ReadWriteType: 'WriteOnly' }), { ...all, reads: false }],
  ['reads only and writes only, side by side', basic({ ReadWriteType: 'WriteOnly' }, { ReadWriteType: 'ReadOnly' }), all],
  ['data events alone', basic({ IncludeManagementEvents: false, DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }), { reads: false, writes: false, leftOut: [], data: ['AWS::S3::Object'], dataOfAll: ['AWS::S3::Object'] }],
  ['a service left out', basic({ ExcludeManagementEventSources: ['kms.amazonaws.com'] }), { ...all, leftOut: ['kms.amazonaws.com'] }],
  ['a service left out by one of two', basic({ ExcludeManagementEventSources: ['kms.amazonaws.com'] }, {}), all],
  ['advanced: everything, and two kinds of data', advanced([management], dataOf('AWS::S3::Object'), dataOf('AWS::DynamoDB::Table')), { ...all, data: ['AWS::DynamoDB::Table', 'AWS::S3::Object'], dataOfAll: ['AWS::DynamoDB::Table', 'AWS::S3::Object'] }],
  ['advanced: reads', advanced([management, reading]), { ...all, writes: false }],
  ['advanced: reads and writes apart', advanced([management, reading], [management, writing]), all],
  ['advanced: without services', advanced([management, without('kms.amazonaws.com', 'rdsdata.amazonaws.com')]), { ...all, leftOut: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'] }],
  ['advanced: one service alone', advanced([management, { Field: 'eventSource', Equals: ['iam.amazonaws.com'] }]), { ...all, reads: false, writes: false }],
  ['advanced: without some identity', advanced([management, { Field: 'userIdentity.arn', NotStartsWith: ['arn:aws:sts::1:assumed-role/x'] }]), { ...all, reads: false, writes: false }],
  ['advanced: data alone', advanced(dataOf('AWS::S3::Object')), { reads: false, writes: false, leftOut: [], data: ['AWS::S3::Object'], dataOfAll: ['AWS::S3::Object'] }],
  ['data events of one bucket, and all functions', basic({ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::reports/'] }, { Type: 'AWS::Lambda::Function', Values: ['arn:aws:lambda'] }] }), { ...all, data: ['AWS::Lambda::Function', 'AWS::S3::Object'], dataOfAll: ['AWS::Lambda::Function'] }],
  ['data events of what is written only', basic({ ReadWriteType: 'WriteOnly', DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::'] }] }), { ...all, reads: false, data: ['AWS::S3::Object'] }],
  ['advanced: data that is written only', advanced([management], [...dataOf('AWS::S3::Object'), writing]), { ...all, data: ['AWS::S3::Object'] }],
])('%s', (_name, selectors, expected) => {
  expect(readSelection(selectors)).toEqual(expected)
})
