import 'server-only'
import type { ReportCell, ReportPageProps } from '#components/reports/report-models.ts'
import { listAccounts, listProfileChoices, listReviewChoices } from '#lib/reports/report-choices.ts'
import { listPeople, listNames } from '#lib/people/people.queries.ts'
import { hasRole, type Viewer } from '#lib/people/viewer.ts'
import { environments } from '#lib/catalog/environments.ts'
import { noteRead } from '#lib/people/note-read.ts'
import { askQuestion, readFigures, readGroups, type ReportRow, type RowCursor } from '#lib/reports/ask-question.ts'
import { queryOf, type ReportFilters, withWindow } from '#lib/reports/filters.ts'
import type { LinkName, Question, QuestionColumn } from '#lib/reports/questions/question.ts'
import { exportReportAction } from '#app/_actions/export.actions.ts'
import { saveViewAction } from '#app/_actions/report.actions.ts'
import { getServices } from './services.ts'

const pageSize = 50
const places: Record<LinkName, (id: string) => string> = {
  request: (id) => `/requests/${id}`,
  person: (id) => `/people/${id}`,
  session: (id) => `/sessions/${id}`,
  findings: () => '/findings',
  changes: () => '/catalogue/changes',
  profile: (id) => `/catalogue/${id}`,
  review: (id) => `/reviews/${id}`,
}

/** A report's page: its filters, numbers, groups and one page of rows. The viewer may ask the question. */
export async function reportPage(viewer: Viewer, question: Question, asked: ReportFilters, after: RowCursor | null): Promise<ReportPageProps> {
  const { db, clock } = await getServices()
  const now = clock()
  const filters = withWindow(asked, question.days, now)
  await noteRead(db, viewer, { kind: 'report.read', subjectId: question.id }, now)
  const missing = question.needsPerson === true && filters.person === ''
  const base = `/reports/${question.id}`
  const hrefOf = (changed: Partial<ReportFilters> & { after?: string }): string => {
    const { after: cursor, ...rest } = changed
    const query = [queryOf({ ...filters, ...rest }), cursor ? new URLSearchParams({ after: cursor }).toString() : ''].filter(Boolean).join('&')
    return query === '' ? base : `${base}?${query}`
  }
  const [page, figures, groups, choices] = await Promise.all([
    missing ? { rows: [], next: null } : askQuestion(db, viewer, question, filters, after, pageSize),
    missing ? [] : readFigures(db, viewer, question, filters),
    missing || filters.group === '' ? [] : readGroups(db, viewer, question, filters),
    choicesFor(viewer, question, filters),
  ])
  const grouping = question.groups.find(({ key }) => key === filters.group)
  return {
    now: now.toISOString(),
    question: { id: question.id, title: question.title, lead: question.lead },
    filters,
    shows: [...question.filters],
    choices,
    missing: missing ? 'Choose whom it is about.' : null,
    figures: figures.map(({ key, label, value, unit, opens }) => ({ key, label, value: figureText(value, unit), href: opens ? hrefOf({ only: key === 'all' ? '' : key }) : null, chosen: filters.only === key || (key === 'all' && filters.only === '') })),
    groups: {
      options: question.groups.map(({ key, label }) => ({ key, label, href: hrefOf({ group: filters.group === key ? '' : key }), chosen: filters.group === key })),
      bars: groups.map(({ value, name, count }) => ({ key: value, name: name || 'None', count, href: value === '' || !grouping ? null : hrefOf({ group: '', ...(grouping.filter === 'month' ? monthOf(value) : { [grouping.filter]: value }) }) })),
      label: grouping?.label ?? null,
    },
    columns: question.columns.filter(isOnPage).map(({ key, label, kind }) => ({ key, label, kind: kind as 'text' | 'time' | 'number' | 'code' })),
    rows: page.rows.map((row) => ({ id: row.id, cells: cellsOf(row, question.columns, viewer) })),
    pagination: { newerHref: after ? hrefOf({}) : null, olderHref: page.next ? hrefOf({ after: `${page.next.at.toISOString()}~${page.next.id}` }) : null },
    files: missing ? [] : (['csv', 'ndjson', 'pdf'] as const).map((format) => ({ format, href: `/api/reports/${question.id}?${[queryOf(filters), `format=${format}`].filter(Boolean).join('&')}` })),
    query: queryOf(filters),
    saveView: saveViewAction,
    prepare: exportReportAction,
  }
}

const isOnPage = ({ kind, inFilesOnly }: QuestionColumn): boolean => kind !== 'json' && !inFilesOnly

function cellsOf({ cells, links }: ReportRow, columns: readonly QuestionColumn[], viewer: Viewer): ReportCell[] {
  return columns.flatMap((column, index) => {
    if (!isOnPage(column)) return []
    const { link } = column
    const id = link && links[link]
    const reachable = id && (link !== 'changes' || hasRole(viewer, 'admin'))
    return [{ value: cells[index] ?? null, href: reachable ? places[link](id) : null }]
  })
}

const figureText = (value: number | null, unit: 'minutes' | null): string =>
  value === null ? '–' : unit === 'minutes' ? (value < 1 ? 'a minute' : value < 120 ? `${Math.round(value)} min` : `${(value / 60).toFixed(1)} h`) : Math.round(value).toLocaleString('en')

/** The first and the last day of a month. */
function monthOf(month: string): Pick<ReportFilters, 'from' | 'to'> {
  const last = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0))
  return { from: `${month}-01`, to: last.toISOString().slice(0, 10) }
}

async function choicesFor(viewer: Viewer, question: Question, filters: ReportFilters): Promise<ReportPageProps['choices']> {
  const { db } = await getServices()
  const wants = (name: string): boolean => (question.filters as readonly string[]).includes(name)
  const [accounts, profiles, people, chosen, reviews] = await Promise.all([
    wants('account') ? listAccounts(db, viewer) : [],
    wants('profile') ? listProfileChoices(db, viewer, filters.profile) : [],
    wants('person') ? listPeople(db, viewer) : [],
    filters.person === '' ? new Map<string, string>() : listNames(db, viewer, [filters.person]),
    wants('review') ? listReviewChoices(db, viewer) : [],
  ])
  const listed = people ?? [...chosen].map(([id, displayName]) => ({ id, displayName }))
  return {
    account: accounts.map(({ id, name }) => ({ value: id, label: name })),
    profile: profiles.map(({ id, title }) => ({ value: id, label: title })),
    person: listed.map(({ id, displayName }) => ({ value: id, label: displayName })),
    review: reviews.map(({ id, title }) => ({ value: id, label: title })),
    manyPeople: people === null,
    environment: environments.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) })),
  }
}

/** What the filters say, in words, for files. */
export async function filterWords(viewer: Viewer, question: Question, filters: ReportFilters): Promise<{ label: string; value: string }[]> {
  const choices = await choicesFor(viewer, question, filters)
  const nameOf = (options: { value: string; label: string }[], value: string): string => options.find((option) => option.value === value)?.label ?? value
  const said: [string, string][] = [
    ['Review', filters.review && nameOf(choices.review, filters.review)],
    ['Account', filters.account && nameOf(choices.account, filters.account)],
    ['Person', filters.person && nameOf(choices.person, filters.person)],
    ['Profile', filters.profile && nameOf(choices.profile, filters.profile)],
    ['Environment', filters.environment],
    ['From', filters.from],
    ['To', filters.to],
    ['Only', question.figures.find(({ key }) => key === filters.only)?.label ?? ''],
  ]
  return said.flatMap(([label, value]) => (value === '' ? [] : [{ label, value }]))
}
