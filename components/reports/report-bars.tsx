import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import type { ReportPageProps } from './report-models.ts'

/** How many rows each group has: a bar beside its number, which opens the rows. */
export function ReportBars({ label, bars }: { label: string; bars: ReportPageProps['groups']['bars'] }): ReactNode {
  const most = Math.max(1, ...bars.map(({ count }) => count))
  if (bars.length === 0) return null
  return (
    <table aria-label={`Rows by ${label.toLowerCase()}`} className="w-full max-w-3xl text-sm">
      <thead className="sr-only">
        <tr>
          <th scope="col">{label}</th>
          <th scope="col">Rows</th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ key, name, count, href }) => (
          <tr key={key}>
            <th scope="row" className="w-2/5 max-w-0 truncate py-0.5 pr-3 text-left font-normal">
              {href ? (
                <AppLink href={href} scroll={false} className="hover:underline hover:underline-offset-2">
                  {name}
                </AppLink>
              ) : (
                name
              )}
            </th>
            <td className="py-0.5" aria-label={`${count.toLocaleString('en')} rows`}>
              <span className="flex items-center gap-2">
                <svg aria-hidden className="h-3 w-0 flex-1" preserveAspectRatio="none" viewBox="0 0 100 1">
                  <rect width={Math.max(0.5, (100 * count) / most)} height="1" className="fill-accent" />
                </svg>
                <span className="tabular w-16 shrink-0 text-right">{count.toLocaleString('en')}</span>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
