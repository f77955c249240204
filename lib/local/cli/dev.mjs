import { continueIn, install } from './prepare.mjs'

process.on('SIGINT', () => undefined)
install()
continueIn('lib/local/cli/dev.ts')
