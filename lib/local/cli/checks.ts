import { spawn } from 'node:child_process'
import { generateClient } from './build-app.ts'

export type CheckResult = { name: string; passed: number; failed: number; seconds: number }

/** One check: a command that counts as one test, or whose output says how many there were. */
type Check = { name: string; command: string; args: string[]; count?: (output: string) => { passed: number; failed: number } | undefined; env?: Record<string, string> }

const plain = new RegExp(String.raw`\u001b\[[0-9;]*m`, 'g')

/** vitest's closing lines: "Tests  3 failed | 120 passed (123)". */
export function countVitest(output: string): { passed: number; failed: number } | undefined {
  const line = output.replaceAll(plain, '').split('\n').findLast((text) => /^\s*Tests\s/.test(text))
  if (!line) return undefined
  return { passed: Number(/(\d+) passed/.exec(line)?.[1] ?? 0), failed: Number(/(\d+) failed/.exec(line)?.[1] ?? 0) }
}

/** Playwright's closing lines: "3 failed", "40 passed (1.2m)". */
export function countPlaywright(output: string): { passed: number; failed: number } | undefined {
  const text = output.replaceAll(plain, '')
  const passed = /^\s*(\d+) passed/m.exec(text)?.[1]
  const failed = ['failed', 'timed out', 'interrupted', 'did not run'].reduce((sum, word) => sum + Number(new RegExp(`^\\s*(\\d+) ${word}`, 'm').exec(text)?.[1] ?? 0), 0)
  return passed === undefined && failed === 0 ? undefined : { passed: Number(passed ?? 0), failed }
}

export const unitChecks: readonly Check[] = [
  { name: 'Route types', command: 'next', args: ['typegen'] },
  { name: 'Types', command: 'tsc', args: ['-p', '.'] },
  { name: 'Lint and boundaries', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'Dead code', command: 'knip', args: [] },
  { name: 'Unit tests', command: 'vitest', args: ['run', '--project', 'unit'], count: countVitest },
]

/** Runs checks one after the other, showing the output of those that fail. */
export async function runChecks(checks: readonly Check[]): Promise<CheckResult[]> {
  await generateClient()
  const results: CheckResult[] = []
  for (const check of checks) results.push(await runCheck(check))
  return results
}

async function runCheck(check: Check): Promise<CheckResult> {
  const start = performance.now()
  process.stdout.write(`  ${check.name.padEnd(24)}`)
  const { status, output } = await capture(check)
  const counted = check.count?.(output)
  const failedRun = status !== 0 && (counted?.failed ?? 0) === 0 ? 1 : 0
  const passed = check.count ? (counted?.passed ?? 0) : status === 0 ? 1 : 0
  const failed = (counted?.failed ?? 0) + failedRun
  const seconds = (performance.now() - start) / 1_000
  process.stdout.write(`${failed > 0 ? 'FAILED' : 'ok'.padEnd(6)}  ${String(passed).padStart(5)} passed  ${seconds.toFixed(1).padStart(6)} s\n`)
  if (failed > 0) process.stdout.write(`\n${output.trim()}\n\n`)
  return { name: check.name, passed, failed, seconds }
}

function capture({ command, args, env }: Check): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32', env: { ...process.env, ...env } })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    child.once('error', (error) => resolve({ status: 1, output: error.message }))
    child.once('close', (status) => resolve({ status, output }))
  })
}

/** The closing line, and the process's end with it. */
export function finish(results: readonly CheckResult[]): never {
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failed, 0)
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exit(failed > 0 || passed === 0 ? 1 : 0)
}
