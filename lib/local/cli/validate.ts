/** `npm run validate`: what every commit passes. */
import { finish, runChecks, unitChecks } from './checks.ts'

finish(await runChecks(unitChecks))
