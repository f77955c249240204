import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { copiesOf, environmentOf, readStages, valuesOf } from './dockerfile.ts'

export type LaidOut = {
  /** The directory that is `WORKDIR` in the image. */
  root: string
  user: number
  environment: Record<string, string>
  command: string[]
  healthCheck: string[]
}

/**
 * Does the runtime stage's own copies, from this checkout's build into `root`, and takes away every right to write, as
 * a read-only root file system would. What the stage names and the build lacks fails here.
 */
export function layOutImage(root: string): LaidOut {
  const runtime = readStages(readFileSync('Dockerfile', 'utf8')).at(-1)
  if (!runtime) throw new Error('The Dockerfile has no stage.')
  const workdir = valuesOf(runtime, 'WORKDIR')[0] ?? ''
  for (const { from, source, target } of copiesOf(runtime)) {
    if (from !== 'build') throw new Error(`The runtime stage copies ${source} from somewhere else than the build.`)
    const place = path.resolve(workdir, target)
    if (path.relative(workdir, place).startsWith('..')) throw new Error(`The runtime stage copies to ${target}, outside ${workdir}.`)
    const into = path.join(root, path.relative(workdir, place))
    mkdirSync(into, { recursive: true })
    // The static files lie in the standalone folder of a local build already; the image gets them by its own copy.
    const leftOut = path.resolve('.next/standalone/.next/static')
    cpSync(path.relative(workdir, source), into, { recursive: true, verbatimSymlinks: true, filter: (file) => path.resolve(file) !== leftOut })
  }
  takeWriteAway(root)
  return {
    root,
    user: Number(valuesOf(runtime, 'USER')[0]?.split(':')[0]),
    environment: environmentOf(runtime),
    command: JSON.parse(valuesOf(runtime, 'CMD')[0] ?? '[]') as string[],
    healthCheck: JSON.parse(/CMD (\[.*\])$/.exec(valuesOf(runtime, 'HEALTHCHECK')[0] ?? '')?.[1] ?? '[]') as string[],
  }
}

function takeWriteAway(place: string): void {
  const facts = lstatSync(place)
  if (facts.isSymbolicLink()) return
  if (facts.isDirectory()) for (const name of readdirSync(place)) takeWriteAway(path.join(place, name))
  chmodSync(place, facts.isDirectory() ? 0o555 : 0o444)
}
