import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { migrateDatabase } from '#lib/db/migrate.ts'
import { query } from './database.ts'
import { stackFacts } from './facts.ts'

const migration = '29990101000000_other_version'

export type OtherVersion = { server: string; remove: () => Promise<void> }

/**
 * Another version of the portal in `folder`: this build with other names for everything that a build names anew (its id,
 * its scripts, its server actions), and one migration more, applied. What a second build from changed sources comes to,
 * in a tenth of the time.
 */
export async function makeOtherVersion(folder: string): Promise<OtherVersion> {
  await cp('.next/standalone', folder, { recursive: true, verbatimSymlinks: true })
  const built = path.join(folder, '.next')
  const names = await newNames(built)
  const anyName = new RegExp([...names.keys()].join('|'), 'g')
  const renamed = (text: string): string => text.replaceAll(anyName, (name) => names.get(name) ?? name)
  for (const entry of await readdir(built, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes('node_modules') || !/^BUILD_ID$|\.(js|json|css|html|rsc|txt)$/.test(entry.name)) continue
    const file = path.join(entry.parentPath, entry.name)
    const text = await readFile(file, 'utf8')
    if (renamed(text) !== text) await writeFile(file, renamed(text))
    if (renamed(entry.name) !== entry.name) await rename(file, path.join(entry.parentPath, renamed(entry.name)))
  }
  for (const entry of await readdir(path.join(built, 'static'))) await rename(path.join(built, 'static', entry), path.join(built, 'static', renamed(entry)))
  await mkdir(path.join(folder, 'prisma/migrations', migration))
  await writeFile(path.join(folder, 'prisma/migrations', migration, 'migration.sql'), 'ALTER TABLE request ADD COLUMN "otherVersion" TEXT;\nCREATE TABLE other_version (id TEXT PRIMARY KEY);\n')
  await migrateDatabase(stackFacts().ownerUrl, path.join(folder, 'prisma'))
  return { server: path.join(folder, 'server.js'), remove: () => remove(folder) }
}

/** Old name to new name: turned around, so that each stays one of a kind. */
async function newNames(built: string): Promise<Map<string, string>> {
  const turned = (name: string): string => Array.from(name).reverse().join('')
  const buildId = (await readFile(path.join(built, 'BUILD_ID'), 'utf8')).trim()
  const scripts = (await readdir(path.join(built, 'static/chunks'))).map((name) => name.replace(/^turbopack-|\.\w+$/g, ''))
  const manifest = JSON.parse(await readFile(path.join(built, 'server/server-reference-manifest.json'), 'utf8')) as { node: Record<string, unknown> }
  // The first two digits of an action's id say what it takes.
  const actions = Object.keys(manifest.node).map((id) => [id, `${id.slice(0, 2)}${turned(id.slice(2))}`] as const)
  return new Map([[buildId, turned(buildId)], ...scripts.map((name) => [name, turned(name)] as const), ...actions])
}

async function remove(folder: string): Promise<void> {
  await query('ALTER TABLE request DROP COLUMN "otherVersion"')
  await query('DROP TABLE other_version')
  await query('DELETE FROM _prisma_migrations WHERE migration_name = $1', [migration])
  await rm(folder, { recursive: true, force: true })
}
