/** `npm run dev`: the same stack and data as the demo, with a server that follows every change of the sources. */
import { runLocal } from './run-local.ts'

await runLocal({ name: 'dev', mode: 'dev' })
