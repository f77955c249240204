/**
 * The rooms of `lib` and which of them each may import (ARCHITECTURE: arrows point down only).
 * Read by the lint configuration and by the test that proves that a forbidden arrow fails.
 */
type Room = { readonly name: string; readonly mayImport: readonly string[] }

const ground: readonly Room[] = [
  { name: 'config', mayImport: [] },
  { name: 'iam', mayImport: [] },
  { name: 'db', mayImport: ['config'] },
  { name: 'aws', mayImport: ['config', 'iam'] },
  { name: 'jobs', mayImport: ['config', 'db'] },
  { name: 'record', mayImport: ['config', 'db'] },
  { name: 'outbox', mayImport: ['config', 'db'] },
]
const groundNames = ground.map((room) => room.name)

const productOrder = ['people', 'catalog', 'requests', 'grants', 'trail', 'detection', 'assessment']
const product: readonly Room[] = productOrder.map((name, index) => ({
  name,
  mayImport: [...groundNames, ...productOrder.slice(0, index)],
}))
const top: readonly Room[] = ['notify', 'reports'].map((name) => ({
  name,
  mayImport: [...groundNames, ...productOrder],
}))

export const rooms: readonly Room[] = [...ground, ...product, ...top]

type Pattern = { regex: string; message: string }

const sdk: Pattern = { regex: '^(@aws-sdk|@smithy)/', message: 'Only lib/aws imports the AWS SDK.' }
const local: Pattern = { regex: '^#lib/local/', message: 'The local stack is never imported by anything that ships.' }

/**
 * Import patterns that `place` (a room's name, `app` or `components`) must not use. Other rooms are reached as
 * `#lib/<room>/<file>.ts`; a relative path may not leave the room, whatever the `depth` of the importing file in it.
 */
export function forbiddenImports(place: string, depth = 1): Pattern[] {
  if (place === 'app') return [sdk, local]
  if (place === 'components') {
    return [sdk, { regex: '^(#|(\\.\\./)+)(lib|app)/', message: 'Components receive data and actions as props.' }]
  }
  const room = rooms.find((candidate) => candidate.name === place)
  if (!room) throw new Error(`lib/rooms.ts names no room "${place}"`)
  const allowed = [room.name, ...room.mayImport]
  const refused = [...rooms.map((other) => other.name), 'local'].filter((name) => !allowed.includes(name))
  return [
    // The linter's regular expressions know no look-ahead, so the refused rooms are named; a test keeps the table complete.
    {
      regex: `^#(app|components|e2e|prisma|lib/(${refused.join('|')}))/`,
      message: `lib/${place} may import only: ${allowed.join(', ')}.`,
    },
    { regex: `^(\\.\\./){${depth}}`, message: `Leave lib/${place} through "#lib/…", so that the boundary is checked.` },
    { regex: '^(next|react|react-dom)(/|$)', message: 'Rooms of lib do not know the web framework.' },
    ...(place === 'aws' ? [] : [sdk]),
  ]
}
