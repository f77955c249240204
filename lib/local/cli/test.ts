/** `npm test`: everything, on a fresh machine as well. The last line says how many passed and failed. */
import { installCli } from '../test/install-cli.ts'
import { findBrowser } from '../test/find-browser.ts'
import { buildApp } from './build-app.ts'
import { countPlaywright, countVitest, finish, runChecks, unitChecks } from './checks.ts'

const step = (text: string): void => console.log(`  ${text}`)

let browser: string
try {
  browser = findBrowser(step)
  installCli(step)
  await buildApp(step)
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}\n\n0 passed, 1 failed`)
  process.exit(1)
}
finish(
  await runChecks([
    ...unitChecks,
    { name: 'Integration tests', command: 'vitest', args: ['run', '--project', 'integration'], count: countVitest },
    { name: 'End to end', command: 'playwright', args: ['test', '--config', 'e2e/playwright.config.ts'], count: countPlaywright, env: { PLAYWRIGHT_CHROMIUM: browser } },
  ]),
)
