/**
 * A worker that is killed: the product's own services and everything that runs by itself. With `--seed N` it also asks,
 * decides, reveals and ends in waves, everything that can be done at once, until somebody kills it. `--ahead MS` moves
 * its clock, so that what takes hours is over. Prints "begun" once it is warm: a kill then meets it in the middle of work.
 */
import { parseArgs } from 'node:util'
import { readProcessConfig } from '#lib/config/config.ts'
import { startBackground } from '../../../../app/_server/background.ts'
import { composeServices } from '../../../../app/_server/services.ts'
import { openActors } from '../../demo/actors.ts'
import { createRandom } from '../../demo/random.ts'
import { carryActOut, planActs } from './work.ts'

const { values } = parseArgs({ options: { seed: { type: 'string' }, ahead: { type: 'string', default: '0' } } })
const read = readProcessConfig()
if (!read.ok) throw new Error(read.problems.join('\n'))
const services = await composeServices(read.config, () => new Date(Date.now() + Number(values.ahead)))
await startBackground(services)
if (!values.seed) console.log('begun')
else {
  const random = createRandom(Number(values.seed))
  const stage = { services, actors: openActors(services) }
  for (let wave = 1; ; wave += 1) {
    const results = await Promise.allSettled((await planActs(services.db, random)).map((act) => carryActOut(stage, act)))
    for (const result of results) if (result.status === 'rejected') console.error(result.reason)
    if (wave === 1) console.log('begun')
  }
}
