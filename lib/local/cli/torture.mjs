import { continueIn, install } from './prepare.mjs'

install()
continueIn('lib/local/cli/torture.ts')
