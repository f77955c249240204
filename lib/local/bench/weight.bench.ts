import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { atMost, type BenchCase } from './bench-case.ts'

const kilobyte = 1_000

/** JavaScript that a page's HTML asks for at once, gzip, per route; the route's bound is 170 kB. */
export async function benchRoutes(baseUrl: string, cookie: string, routes: readonly string[]): Promise<BenchCase[]> {
  const cases: BenchCase[] = []
  for (const route of routes) {
    const answer = await fetch(`${baseUrl}${route}`, { headers: { cookie }, redirect: 'manual' })
    const html = await answer.text()
    if (answer.status !== 200) throw new Error(`${route} answered ${answer.status}.`)
    const scripts = new Set([...html.matchAll(/(?:src|href)="(\/_next\/static\/[^"]+\.js)[^"]*"/g)].map((match) => match[1] ?? ''))
    const bytes = [...scripts].reduce((sum, script) => sum + gzipSync(readFileSync(path.join('.next/standalone/.next', script.replace('/_next/', '')))).length, 0)
    cases.push(atMost(`JavaScript of ${route.replace(/[0-9a-f-]{36}/, '[id]')}`, 'kB gzip', bytes / kilobyte, 170, scripts.size))
  }
  return cases
}

/** Resident memory of the application's process, in MB, as the operating system counts it. */
export function benchMemory(pid: number): BenchCase {
  const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim())
  return atMost('idle memory of the app process', 'MB', (kilobytes * 1_024) / 1_000_000, 300, 1)
}
