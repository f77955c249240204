import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type PackFile, zipFiles } from './zip-files.ts'

const at = new Date('2026-11-23T12:00:00Z')
const fileOf = (name: string, ...parts: string[]): PackFile => ({ name, chunks: async function* () { for (const part of parts) yield Buffer.from(part) } })

test('files come out of unzip as they went in, also empty ones, and the last is told the sums of those before it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-zip-'))
  const big = 'שלום 🔑 =1+1\n'.repeat(200_000)
  const chunks: Buffer[] = []
  const sums: PackFile = { name: 'SUMS', chunks: async function* (before) { yield Buffer.from(before.map(({ name, bytes, sha256 }) => `${name} ${bytes} ${sha256}`).join('\n')) } }
  for await (const chunk of zipFiles([fileOf('a.txt', 'a', '', 'b'), fileOf('empty.ndjson'), fileOf('big.txt', big), sums], at)) chunks.push(chunk)
  writeFileSync(path.join(folder, 'pack.zip'), Buffer.concat(chunks))
  const unzip = (name: string): Buffer => execFileSync('unzip', ['-p', path.join(folder, 'pack.zip'), name], { maxBuffer: 1 << 26 })
  expect(execFileSync('unzip', ['-t', path.join(folder, 'pack.zip')]).toString()).toContain('No errors detected')
  expect(unzip('a.txt').toString()).toBe('ab')
  expect(unzip('empty.ndjson')).toHaveLength(0)
  expect(unzip('big.txt').toString()).toBe(big)
  const lines = unzip('SUMS').toString().split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[2]).toBe(`big.txt ${Buffer.byteLength(big)} ${createHash('sha256').update(big).digest('hex')}`)
  rmSync(folder, { recursive: true })
})

test('what fails while a file is made fails the reading, and who stops reading ends the making', async () => {
  const failing: PackFile = { name: 'x', chunks: async function* () { yield Buffer.from('x'); throw new Error('the database went away') } }
  const read = async (files: PackFile[]): Promise<void> => { for await (const chunk of zipFiles(files, at)) void chunk }
  await expect(read([failing, fileOf('never', 'y')])).rejects.toThrow('the database went away')

  const ended = Promise.withResolvers<void>()
  const endless: PackFile = { name: 'x', chunks: async function* () { try { for (;;) yield randomBytes(1 << 16) } finally { ended.resolve() } } }
  let taken = 0
  for await (const chunk of zipFiles([endless], at)) if ((taken += chunk.length) > 1 << 18) break
  await ended.promise
})
