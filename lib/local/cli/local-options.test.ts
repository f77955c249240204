import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, readArguments } from './local-options.ts'

describe('What the demo is told', () => {
  it('is nothing, or --reset', () => {
    expect(readArguments([])).toEqual({ reset: false })
    expect(readArguments(['--reset'])).toEqual({ reset: true })
    expect(() => readArguments(['--rest'])).toThrow('"--rest" is not known here')
    expect(() => readArguments(['--reset', 'now'])).toThrow('"now"')
  })

  it('gives every port a folder of its own', () => {
    expect(folderOf(undefined, 3_000)).toBe(path.resolve('.data/demo-3000'))
    expect(folderOf('', 3_000)).toBe(path.resolve('.data/demo-3000'))
    expect(folderOf('/elsewhere', 3_100)).toBe(path.resolve('/elsewhere/demo-3100'))
  })
})
