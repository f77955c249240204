import { stringify } from 'yaml'
import type { Catalog } from '../catalog-schema.ts'
import { describeProblem, locateProblems, parseCatalog } from '../parse-catalog.ts'
import { emergencyTemplate } from './emergency.ts'
import { hubTemplate } from './hub.ts'
import { memberTemplate } from './member.ts'
import { organizationTemplate } from './organization.ts'
import { recordTemplate } from './record.ts'
import type { Template, TemplateNames } from './template.ts'
import { trailTemplate } from './trail.ts'

export type TemplateOrder = { source: string; names: TemplateNames & { emergencyRole?: string | undefined }; account?: string | undefined; organizationId?: string | undefined; format: 'yaml' | 'json' }
type Made<Value> = ({ ok: true } & Value) | { ok: false; problems: string[] }

/** The template of a name, from the catalogue's text. Mistakes in the catalogue are sentences with line and field. */
export function writeTemplate(kind: string, order: TemplateOrder): Made<{ text: string }> {
  const parsed = parseCatalog(order.source)
  if (!parsed.ok) return { ok: false, problems: parsed.problems.map(describeProblem) }
  const made = makeTemplate(kind, parsed.catalog, order)
  if (!made.ok) return made
  // One value written twice is written out: CloudFormation's YAML knows no aliases. It reads YAML 1.1, where a date is no text.
  const text = order.format === 'json' ? `${JSON.stringify(made.template, null, 2)}\n` : stringify(made.template, { aliasDuplicateObjects: false, lineWidth: 0, version: '1.1' })
  return { ok: true, text }
}

function makeTemplate(kind: string, catalog: Catalog, { source, names, account: asked, organizationId }: TemplateOrder): Made<{ template: Template }> {
  switch (kind) {
    case 'hub':
      return { ok: true, template: hubTemplate(catalog, names) }
    case 'trail':
      return { ok: true, template: trailTemplate(organizationId) }
    case 'record':
      return { ok: true, template: recordTemplate() }
    case 'organization':
      return { ok: true, template: organizationTemplate(catalog, names) }
    case 'member':
    case 'emergency': {
      const account = catalog.accounts.find(({ id, name }) => id === asked || name === asked) ?? (asked === undefined && catalog.accounts.length === 1 ? catalog.accounts[0] : undefined)
      if (!account) return { ok: false, problems: [`Say for which account: --account ${catalog.accounts.map(({ name }) => name).join(', --account ')}.`] }
      if (kind === 'emergency') return { ok: true, template: emergencyTemplate(account, names.emergencyRole) }
      const made = memberTemplate(catalog, account, names)
      return made.ok ? made : { ok: false, problems: locateProblems(source, made.problems).map(describeProblem) }
    }
    default:
      return { ok: false, problems: [`There is no template "${kind}"; there are hub, member, emergency, trail, record and organization.`] }
  }
}
