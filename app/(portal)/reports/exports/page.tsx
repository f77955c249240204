import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { type ExportRow, ExportsPage } from '#components/reports/exports-page.tsx'
import type { ExportJob } from '#lib/db/generated/client.ts'
import { exportStates } from '#lib/reports/exports/export-what.ts'
import { listExports } from '#lib/reports/exports/exports.queries.ts'
import { deleteExportAction } from '#app/_actions/export.actions.ts'
import { liveOn } from '#app/_server/live-on.ts'
import { getServices } from '#app/_server/services.ts'
import { requireRole } from '#app/_server/viewer.ts'

export const metadata: Metadata = { title: 'Exports' }

export default async function Exports(): Promise<ReactNode> {
  const viewer = await requireRole('/reports/exports', 'responder', 'auditor', 'admin')
  const { db, clock, config } = await getServices()
  const exports = await listExports(db, viewer)
  return <ExportsPage now={clock().toISOString()} exports={exports.map(rowOf)} most={config.exportsPerPerson} remove={deleteExportAction} live={liveOn(['export'])} />
}

function rowOf(job: ExportJob): ExportRow {
  return {
    id: job.id,
    title: job.title,
    state: exportStates.find((state) => state === job.state) ?? 'failed',
    startedAt: job.createdAt.toISOString(),
    expiresAt: job.expiresAt?.toISOString() ?? null,
    progress: progressOf(job),
    note: job.state === 'failed' ? job.error : job.restarts > 0 ? 'Begun anew after it was cut off.' : null,
    sha256: job.state === 'done' ? job.sha256 : null,
  }
}

function progressOf({ rows, estimate, bytes, state }: ExportJob): ExportRow['progress'] {
  const size = bytes < 1_000n ? `${bytes} B` : bytes < 1_000_000n ? `${Math.round(Number(bytes) / 1_000)} kB` : `${(Number(bytes) / 1_000_000).toFixed(1)} MB`
  if (estimate === null) return { text: size, percent: null }
  const made = Number(rows).toLocaleString('en')
  if (state !== 'running') return { text: `${made} rows, ${size}`, percent: null }
  return { text: `${made} of ${Number(estimate).toLocaleString('en')} rows, ${size}`, percent: estimate === 0n ? null : Math.min(100, Math.round((100 * Number(rows)) / Number(estimate))) }
}
