import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']

/**
 * The browser that the journeys run in: PLAYWRIGHT_CHROMIUM, one that is installed, Playwright's own, or as root on
 * Debian the distribution's. Throws one clear sentence when there is none to be had.
 */
export function findBrowser(onStep: (step: string) => void): string {
  const found = installed()
  if (found) return found
  onStep('Installing a browser for the end-to-end tests')
  spawnSync('playwright', ['install', '--with-deps', 'chromium'], { stdio: 'ignore', timeout: 300_000 })
  if (existsSync(chromium.executablePath())) return chromium.executablePath()
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', timeout: 120_000 })
    spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: 'ignore', timeout: 300_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    const now = installed()
    if (now) return now
  }
  throw new Error('No Chromium was found or could be installed. Install Chromium or Chrome, or set PLAYWRIGHT_CHROMIUM to its path.')
}

function installed(): string | undefined {
  const named = process.env.PLAYWRIGHT_CHROMIUM
  if (named) {
    if (existsSync(named)) return named
    throw new Error(`PLAYWRIGHT_CHROMIUM is ${named}, and there is no such file.`)
  }
  const onPath = names.flatMap((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout?.trim() || [])
  const own = chromium.executablePath()
  return [...onPath, ...places, own].find((candidate) => candidate !== '' && existsSync(candidate))
}
