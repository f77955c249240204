import { continueIn, install } from './prepare.mjs'

// The terminal sends Ctrl-C to the demo itself, which stops everything; this process only waits for it.
process.on('SIGINT', () => undefined)
install()
continueIn('lib/local/cli/demo.ts')
