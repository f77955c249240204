import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Debian's `aws` CLI, where apt can install it: the local AWS is tried with it beside the SDKs. Its absence is no failure. */
export function installCli(onStep: (step: string) => void): void {
  if (spawnSync('aws', ['--version'], { stdio: 'ignore' }).status === 0) return
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get') || existsSync('/usr/bin/aws')) return
  onStep('Installing the aws CLI')
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', timeout: 120_000 })
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'awscli'], { stdio: 'ignore', timeout: 300_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
}
