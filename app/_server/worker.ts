/** `npm run worker`: the queue and the loops alone, without serving pages. */
import { startProcess } from './start-process.ts'

await startProcess()
