import { describe, expect, it } from 'vitest'
import { formField } from './form-field.ts'

describe('formField', () => {
  it('reads a field of a form', () => {
    const form = new FormData()
    form.append('reason', 'because')
    expect(formField(form, 'reason')).toBe('because')
    expect(formField(form, 'other')).toBeNull()
  })

  it.each([null, undefined, 'text', 7, {}, [], { get: () => 'forged' }])('reads nothing from %j, which is no form', (value) => {
    expect(formField(value, 'reason')).toBeNull()
  })
})
