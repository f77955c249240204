/**
 * What every command does first, in plain JavaScript that any Node.js from 20.19 on runs: install from the lock file
 * when it changed, then go on in the pinned Node.js that the installation brought.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..')
const stamp = path.join(root, 'node_modules', '.latchkey-lock')
/** Who started this process, noted before the long installation. */
const parent = process.ppid
export const pinnedNode = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')

/** Ends the process with one sentence for a person. */
export function giveUp(sentence) {
  console.error(`\n${sentence}`)
  process.exit(1)
}

export function environment() {
  const bin = path.join(root, 'node_modules', '.bin')
  return { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`, NEXT_TELEMETRY_DISABLED: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' }
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) giveUp(`Latchkey needs Node.js 20.19 or newer to start; this is ${process.versions.node}.`)
}

/** Installs exactly the lock file, when what is installed is not that. */
export function install() {
  checkNode()
  process.chdir(root)
  const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(pinnedNode)) return
  console.log('  Installing dependencies from the lock file')
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, stdout, stderr } = spawnSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32', env: { ...process.env, npm_config_loglevel: 'error' } })
  if (status !== 0) giveUp(explain(`${stdout ?? ''}${stderr ?? ''}`))
  writeFileSync(stamp, wanted)
}

function explain(output) {
  if (/ENOSPC/.test(output)) return 'The disk is full: installing needs about 1.5 GB. Free some space and run the command again.'
  if (/EACCES|EPERM/.test(output)) return `npm may not write to ${path.join(root, 'node_modules')}. Give your user that right and run the command again.`
  if (/ENOTFOUND|ETIMEDOUT|ECONNREFUSED|EAI_AGAIN/.test(output)) return 'The npm registry cannot be reached. Connect to it (or configure a mirror) and run the command again.'
  return `npm ci failed:\n${output.trim().split('\n').slice(-12).join('\n')}`
}

/**
 * Runs `script` in the pinned Node.js with this process's arguments, and ends as it ends. A signal to this process alone
 * is passed on; that whoever started this process is gone counts as one, because a shell in between may pass nothing on.
 */
export function continueIn(script, args = process.argv.slice(2)) {
  // The channel says nothing; its closing tells the child that this process was killed.
  const child = spawn(pinnedNode, ['--disable-warning=ExperimentalWarning', path.join(root, script), ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: environment() })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const watch = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1_000)
  child.once('error', (error) => giveUp(`The pinned Node.js could not be started (${error.message}). Remove node_modules and run the command again.`))
  child.once('exit', (status, signal) => {
    clearInterval(watch)
    process.exit(signal ? 130 : (status ?? 1))
  })
}
