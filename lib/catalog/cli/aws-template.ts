/** `npm run aws:template -- hub|member|emergency|trail|record|organization`: CloudFormation for AWS, from the catalogue, on standard output. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readTemplateSettings } from '#lib/config/template-settings.ts'
import { writeTemplate } from '../templates/write-template.ts'

const usage = `Usage: npm run aws:template -- hub|member|emergency|trail|record|organization [--account NAME] [--organization ID] [--catalog FILE] [--json]`

function fail(problems: readonly string[]): never {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exit(1)
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { account: { type: 'string' }, organization: { type: 'string' }, catalog: { type: 'string' }, json: { type: 'boolean', default: false } } })
  } catch (error) {
    return fail([error instanceof Error ? error.message : String(error), usage])
  }
}

const { values, positionals } = readArguments()
const read = readTemplateSettings()
if (!read.ok) fail(read.problems)
const file = values.catalog ?? read.settings.catalogFile
if (positionals.length !== 1 || file === undefined) fail([usage, ...(file === undefined ? ['Name the catalogue: --catalog FILE, or CATALOG_FILE in the environment.'] : [])])
let source: string
try {
  source = readFileSync(file, 'utf8')
} catch {
  fail([`${file} cannot be read.`])
}
const written = writeTemplate(positionals[0] ?? '', { source, names: read.settings, account: values.account, organizationId: values.organization, format: values.json ? 'json' : 'yaml' })
if (!written.ok) fail(written.problems.map((problem) => (problem.startsWith('line ') ? `${file}, ${problem}` : problem)))
process.stdout.write(written.text)
