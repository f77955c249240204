import { startPhase } from '#app/_server/starting.ts'
import { isStopping } from '#app/_server/stopping.ts'
import { getServices } from '#app/_server/services.ts'

export const dynamic = 'force-dynamic'

/** 200 when this process can serve: its configuration is right, its database is migrated and answers, and it is not on its way out. Details are on the Health page, for admins. */
export async function GET(): Promise<Response> {
  const headers = { 'Cache-Control': 'no-store' }
  if (isStopping()) return Response.json({ status: 'stopping' }, { status: 503, headers })
  const phase = startPhase()
  if (phase !== 'started') return Response.json({ status: phase }, { status: 503, headers })
  try {
    const { db } = await getServices()
    await db.$queryRaw`SELECT 1`
    return Response.json({ status: 'ready' }, { headers })
  } catch {
    return Response.json({ status: 'not ready' }, { status: 503, headers })
  }
}
