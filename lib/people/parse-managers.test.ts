import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mostManagerLines, parseManagers } from './parse-managers.ts'

test('two columns are read with quotes, commas in quotes, either line end, a byte order mark and empty managers', () => {
  const source = '\uFEFFPerson, Manager\r\nmaya,ana\r\n"Kim ""K"" Lee, Jr","a\nb"\n\ntom,\n'
  expect(parseManagers(source)).toEqual({ lines: [{ line: 2, person: 'maya', manager: 'ana' }, { line: 3, person: 'Kim "K" Lee, Jr', manager: 'a\nb' }, { line: 6, person: 'tom', manager: '' }], problems: [] })
})

test.each<[string, string, number, RegExp]>([
  ['no header', 'maya,ana', 1, /first line has to be: person,manager/],
  ['nothing', '', 1, /first line/],
  ['a header alone', 'person,manager\n', 1, /nobody in this file/],
  ['three columns', 'person,manager\nmaya,ana,tom', 2, /there are 3/],
  ['one column', 'person,manager\nmaya', 2, /there is 1/],
  ['a missing person', 'person,manager\n,ana', 2, /person is missing/],
  ['a person twice', 'person,manager\nmaya,ana\nmaya,tom', 3, /named in line 2 already/],
  ['an open quotation mark', 'person,manager\nmaya,"ana', 2, /not closed/],
  ['too many', `person,manager\n${Array.from({ length: mostManagerLines + 1 }, (_, index) => `p${index},m`).join('\n')}`, mostManagerLines + 2, /At most 10,000/],
])('%s is told with its line', (_name, source, line, message) => {
  expect(parseManagers(source).problems).toEqual([{ line, message: expect.stringMatching(message) }])
})

test('whatever is written quoted is read back as it was', () => {
  const cell = fc.string().map((text) => text.trim()).filter((text) => text !== '' && !text.includes('\r'))
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  fc.assert(
    fc.property(fc.uniqueArray(cell, { minLength: 1, maxLength: 20 }), cell, (people, manager) => {
      const read = parseManagers(`person,manager\n${people.map((person) => `${quoted(person)},${quoted(manager)}`).join('\n')}`)
      expect(read.problems).toEqual([])
      expect(read.lines.map(({ person }) => person)).toEqual(people)
      expect(read.lines.every((line) => line.manager === manager)).toBe(true)
    }),
  )
})

test('any text at all is read or refused, never thrown on', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(() => parseManagers(`person,manager\n${text}`)).not.toThrow()
    }),
  )
})
