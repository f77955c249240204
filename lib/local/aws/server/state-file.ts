import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OrganisationState } from '../core/state.ts'

/** Replaces the file in one step, so that a crash leaves the old state or the new one. */
export function saveState(dataDir: string, state: OrganisationState): void {
  const target = join(dataDir, 'state.json')
  const draft = `${target}.${process.pid}.tmp`
  writeFileSync(draft, JSON.stringify(state))
  renameSync(draft, target)
}

export function loadState(dataDir: string): OrganisationState | undefined {
  const file = join(dataDir, 'state.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as OrganisationState) : undefined
}

/** The key that session tokens are sealed with; kept, so that issued credentials survive a restart. */
export function sessionKey(dataDir: string | undefined): Buffer {
  if (dataDir === undefined) return randomBytes(32)
  mkdirSync(dataDir, { recursive: true })
  const file = join(dataDir, 'session.key')
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 })
  return readFileSync(file)
}
