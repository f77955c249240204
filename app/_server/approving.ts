import 'server-only'
import { carryOut } from '#lib/grants/carry-out.ts'
import type { CreateDeps } from '#lib/requests/create-request.ts'
import type { SettleDeps } from '#lib/requests/settle-request.ts'
import type { Services } from './services.ts'

/** What deciding needs. Requests lie above grants, so what an approval carries out is passed to it. */
export const approving = ({ db, queue, config }: Pick<Services, 'db' | 'queue' | 'config'>): SettleDeps => ({
  db,
  firstIssuer: config.oidc[0]?.issuer ?? '',
  carryOut: (request, now) => carryOut(queue, request, now),
})

/** What asking needs: rules may approve by themselves. */
export const asking = (services: Pick<Services, 'db' | 'queue' | 'config'>): CreateDeps => ({ ...approving(services), requestLapseHours: services.config.requestLapseHours })
