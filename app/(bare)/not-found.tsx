import type { ReactNode } from 'react'
import { NotFoundPage } from '#components/access-pages/error-pages.tsx'

export default function NotFound(): ReactNode {
  return <NotFoundPage />
}
