import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { testOrganisation } from './test-organisation.ts'

it('runs as a process of its own: one JSON line when ready, gone on SIGTERM', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-aws-main-'))
  const seed = join(folder, 'seed.json')
  writeFileSync(seed, JSON.stringify(testOrganisation))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--seed', seed, '--data', join(folder, 'data')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(line.toString('utf8')) as { url: string }
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect((await fetch(`${url}/_local/health`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  rmSync(folder, { recursive: true })
})
