import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rooms } from './rooms.ts'

/** A forbidden import of each kind, in a file of the room that must not have it. */
const forbidden: [place: string, line: string][] = [
  ['lib/requests', "import '#lib/grants/open-grant.ts'"],
  ['lib/iam', "import '#lib/db/client.ts'"],
  ['lib/record', "import '#lib/people/viewer.ts'"],
  ['lib/grants', "import '@aws-sdk/client-sts'"],
  ['lib/grants', "import '#lib/local/clock.ts'"],
  ['lib/grants', "import '../people/viewer.ts'"],
  ['lib/grants', "import '#app/_server/services.ts'"],
  ['lib/people', "import 'next/headers'"],
  ['lib/catalog', 'export const secret = process.env.SECRET'],
  ['components/ui', "import '#lib/people/viewer.ts'"],
  ['components/ui', "import '../../lib/people/viewer.ts'"],
  ['app/_server', "import '#lib/local/clock.ts'"],
  ['app/_server', "import '@aws-sdk/client-sts'"],
]
const name = (place: string, index: number) => path.join(place, `zz-boundary-${process.pid}-${index}.ts`)

beforeAll(() => {
  for (const [index, [place, line]] of forbidden.entries()) {
    mkdirSync(place, { recursive: true })
    writeFileSync(name(place, index), `${line}\nexport const used = 1\n`)
  }
})
afterAll(() => {
  for (const [index, [place]] of forbidden.entries()) rmSync(name(place, index), { force: true })
})

test('lint refuses an import in every forbidden direction, and the environment outside lib/config', () => {
  const files = forbidden.map(([place], index) => name(place, index))
  const { stdout } = spawnSync('oxlint', ['--format', 'unix', ...files], { encoding: 'utf8' })
  for (const [index, [place, line]] of forbidden.entries()) {
    const rule = line.includes('process.env') ? 'no-process-env' : 'no-restricted-imports'
    const said = stdout.split('\n').filter((row) => row.includes(name(place, index)) && row.includes(rule))
    expect(said, `${place}: ${line}`).not.toEqual([])
  }
})

test('every folder of lib is a room of the table, so that none escapes the boundaries', () => {
  const folders = readdirSync('lib').filter((entry) => statSync(path.join('lib', entry)).isDirectory())
  expect(folders.filter((folder) => folder !== 'local' && !rooms.some((room) => room.name === folder))).toEqual([])
})
