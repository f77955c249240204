import { clsx } from 'clsx'
import { FileSearch } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppLink } from '../ui/app-link.tsx'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState, PageHeader } from '../ui/layout.tsx'
import { Pagination } from '../ui/pagination.tsx'
import { PrepareFile } from './prepare-file.tsx'
import { ReportBars } from './report-bars.tsx'
import { ReportFilters } from './report-filters.tsx'
import type { ReportPageProps } from './report-models.ts'
import { ReportTable } from './report-table.tsx'
import { SaveView } from './save-view.tsx'

/** One question with its answer: numbers, groups, rows, files. */
export function ReportPage({ choose, ...report }: ReportPageProps & { choose: Parameters<typeof ReportFilters>[0]['choose'] }): ReactNode {
  const { question, figures, groups, rows, missing, files } = report
  return (
    <>
      <PageHeader
        title={question.title}
        lead={question.lead}
        back={{ href: '/reports', label: 'Reports' }}
        actions={
          files.length > 0 && (
            <>
              <SaveView question={question} query={report.query} action={report.saveView} />
              <PrepareFile question={question} query={report.query} action={report.prepare} />
              {files.map(({ format, href }) => (
                <a key={format} href={href} download className={buttonClass('secondary', 'md')} aria-label={`Take away as ${format.toUpperCase()}`}>
                  {format.toUpperCase()}
                </a>
              ))}
            </>
          )
        }
      />
      <ReportFilters {...report} choose={choose} />
      {missing ? (
        <EmptyState icon={FileSearch} title={missing}>
          The report is about one person at a time.
        </EmptyState>
      ) : (
        <>
          <Figures figures={figures} />
          <Groups groups={groups} />
          {rows.length === 0 ? (
            <EmptyState icon={FileSearch} title="Nothing fits these filters">
              Widen the days or the filters to see more.
            </EmptyState>
          ) : (
            <ReportTable {...report} />
          )}
          <Pagination {...report.pagination} label="Pages of the report" />
        </>
      )}
    </>
  )
}

function Figures({ figures }: Pick<ReportPageProps, 'figures'>): ReactNode {
  const look = 'flex min-w-28 flex-col rounded-lg border px-3 py-2'
  return (
    <ul aria-label="Numbers" className="mb-4 flex flex-wrap gap-2">
      {figures.map(({ key, label, value, href, chosen }) => {
        const content = (
          <>
            <span className="text-xs text-ink-3">{label}</span>
            <span className="tabular text-lg leading-6 font-semibold">{value}</span>
          </>
        )
        return (
          <li key={key}>
            {href ? (
              <AppLink href={href} scroll={false} aria-current={chosen ? 'true' : undefined} className={clsx(look, chosen ? 'border-accent bg-accent-soft' : 'border-line bg-surface hover:bg-hover')}>
                {content}
              </AppLink>
            ) : (
              <span className={clsx(look, 'border-line bg-surface')}>{content}</span>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Groups({ groups: { options, label, bars } }: Pick<ReportPageProps, 'groups'>): ReactNode {
  if (options.length === 0) return null
  return (
    <div className="mb-4">
      <nav aria-label="Group by" data-print="no" className="mb-2 flex flex-wrap items-center gap-1 text-xs text-ink-3">
        <span className="mr-1">Group by</span>
        {options.map(({ key, label: name, href, chosen }) => (
          <AppLink key={key} href={href} scroll={false} aria-current={chosen ? 'true' : undefined} className={clsx('rounded-md px-2 py-1', chosen ? 'bg-accent-soft font-medium text-accent-text' : 'hover:bg-hover hover:text-ink')}>
            {name}
          </AppLink>
        ))}
      </nav>
      {label && <ReportBars label={label} bars={bars} />}
    </div>
  )
}
