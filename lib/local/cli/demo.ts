/** `npm run demo`: the whole product on this machine, as the standalone production server. */
import { runLocal } from './run-local.ts'

await runLocal({ name: 'demo', mode: 'standalone' })
