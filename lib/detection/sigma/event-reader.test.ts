import { expect, it } from 'vitest'
import { createEventReader } from './event-reader.ts'

it('an object is also compared as it reads without escapes, so a document within it can be searched for quoted text', () => {
  const reader = createEventReader()
  const field = reader.fieldOf('requestParameters')
  reader.open({ requestParameters: { policyDocument: '{"Action":"s3:GetObject"}' } })
  expect(reader.valuesOf(field).map(({ text }) => text)).toEqual(['{"policyDocument":"{\\"Action\\":\\"s3:GetObject\\"}"}', '{"policyDocument":"{"Action":"s3:GetObject"}"}'])
  reader.open({ requestParameters: { bucketName: 'exports' } })
  expect(reader.valuesOf(field).map(({ text }) => text)).toEqual(['{"bucketName":"exports"}'])
})
