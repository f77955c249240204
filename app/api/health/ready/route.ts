import { getServices } from '#app/_server/services.ts'

export const dynamic = 'force-dynamic'

/** 200 when this process can serve: its configuration is right and its database answers. Details are on the Health page, for admins. */
export async function GET(): Promise<Response> {
  const headers = { 'Cache-Control': 'no-store' }
  try {
    const { db } = await getServices()
    await db.$queryRaw`SELECT 1`
    return Response.json({ status: 'ready' }, { headers })
  } catch {
    return Response.json({ status: 'not ready' }, { status: 503, headers })
  }
}
