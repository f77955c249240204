import type { ReactNode } from 'react'
import { requireRole } from '#app/_server/viewer.ts'

export default async function Layout({ children }: { children: ReactNode }): Promise<ReactNode> {
  await requireRole('/reports', 'responder', 'auditor', 'admin')
  return children
}
