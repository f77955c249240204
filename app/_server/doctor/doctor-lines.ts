import type { Check } from './check.ts'
import type { ProofReport } from './prove.ts'

const marks = { ok: 'ok    ', warn: 'look  ', broken: 'BROKEN' } as const

/** One line a check, under the name of its group; what is not well is followed by what mends it. */
export function doctorLines(checks: readonly Check[]): string[] {
  const groups = Map.groupBy(checks, (check) => check.group)
  const width = Math.max(...checks.map((check) => check.name.length))
  const lines = [...groups].flatMap(([group, entries]) => ['', group, ...entries.map((check) => lineOf(check, width))])
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length
  return [...lines.slice(1), '', `${count('ok')} ok, ${count('warn')} to look at, ${count('broken')} broken`]
}

const lineOf = ({ state, name, detail, mend }: Check, width: number): string => `  ${marks[state]}  ${name.padEnd(width)}  ${detail}${mend ? ` → ${mend}` : ''}`

/** The steps of a proof, with what each took. */
export function proofLines(report: ProofReport, file: string | undefined): string[] {
  const width = Math.max(...report.steps.map(({ step }) => step.length))
  const steps = report.steps.map(({ step, ok, tookMs, detail }) => `  ${ok ? marks.ok : marks.broken}  ${step.padEnd(width)}  ${`${tookMs} ms`.padStart(9)}  ${detail}`)
  return [`${report.profile}: ${report.roleArn}`, ...steps, '', report.passed ? 'Proven.' : 'Not proven: see the lines marked BROKEN.', ...(file ? [`The signed report is in ${file}.`] : [])]
}
