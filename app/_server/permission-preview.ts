import 'server-only'
import type { PermissionLine, PermissionPreviewModel } from '#components/models.ts'
import type { ReadRole } from '#lib/aws/role-reader.ts'
import type { Access } from '#lib/catalog/catalog-schema.ts'
import { readRole } from '#lib/catalog/read-role.ts'
import { ownInline } from '#lib/catalog/role-drift.ts'
import { roleArnOf } from '#lib/catalog/role-arn.ts'
import type { ListedProfile } from '#lib/catalog/profiles.queries.ts'
import type { AccessExplanation } from '#lib/iam/explain-access.ts'
import { explainSentences } from '#lib/iam/explain-sentences.ts'
import type { NarrowedScope } from '#lib/requests/narrowed-scope.ts'
import { sessionsLiveOn } from './assignment-facts.ts'
import { explainRole, previewAgeMs } from './explain-role.ts'
import { getServices } from './services.ts'

const namedServices = 8

export type Preview = { model: PermissionPreviewModel; digest: string | null }

/** What a profile's role really allows, as read from AWS and cut by boundary and session policy, in plain words; of a request, cut to what it keeps to. */
export async function previewProfile(profile: Pick<ListedProfile, 'definition' | 'account' | 'definitionHash'>, narrowed: NarrowedScope | null = null): Promise<Preview> {
  const services = await getServices()
  const roleArn = roleArnOf(profile.definition, profile.account)
  if (!roleArn) return { digest: null, model: { ...entryOf(profile.definition.access), lines: [], policies: [], readAt: null, drift: null } }
  const now = services.clock()
  const read = await readRole(services, profile.definition, roleArn, now, previewAgeMs)
  if (!read.ok) {
    const drift = { message: `AWS could not be asked what this role allows: ${read.message}`, mend: 'Try again in a minute; an approver sees the same.' }
    return { digest: null, model: { lines: [], policies: [], readAt: null, drift } }
  }
  const { role, digest, drift, readAt } = read.reading
  const explanation = await explainRole(services, digest, role, profile, narrowed)
  const [first] = drift
  return {
    digest,
    model: {
      ...entryOf(profile.definition.access),
      lines: linesOf(explanation),
      policies: policiesOf(role, profile.definition.access),
      readAt: readAt.toISOString(),
      drift: first ? { message: first, mend: drift.length > 1 ? `And ${drift.length - 1} more differences from the catalogue.` : 'High-risk credentials are not issued until this is mended.' } : null,
    },
  }
}

/** Who gets in, and until when. */
function entryOf(access: Access): { entry?: string } {
  if (access.kind === 'identity_center') return { entry: `${access.principal === 'user' ? 'Whoever asked is' : `The group ${access.principal.group} is`} assigned the permission set ${access.permissionSet} in this account and signs in at the AWS access portal. IAM Identity Center keeps what the permission set allows; Latchkey does not read it. ${sessionsLiveOn(access.sessionDurationMinutes)}` }
  if (access.kind !== 'third_party_trust') return {}
  const who = access.vendorPrincipal ?? `AWS account ${access.vendorAccount}`
  return { entry: `A vendor uses this, not you: ${who} may take on the role from activation until the end, with an external ID that Latchkey makes. From the end on the role itself denies everything.` }
}

function linesOf(explanation: AccessExplanation): PermissionLine[] {
  const names = new Map(explanation.services.map(({ service, name }) => [service, shortName(service, name)]))
  const dangers = explanation.dangers.map(({ title, why, actions }) => {
    const service = actions[0]?.split(':')[0] ?? ''
    return { service: names.get(service) ?? 'All of AWS', levels: [], sentence: title, dangerous: true, why }
  })
  // Full control is every other danger as well; a list of them would only hide it.
  if (explanation.isAdministrator) return dangers.slice(0, 1)
  const lines =
    explanation.services.length <= namedServices
      ? explanation.services.flatMap((service) =>
          explainSentences([service]).map((sentence) => ({ service: names.get(service.service) ?? service.service, levels: service.levels.map((row) => row.level), sentence, dangerous: false })),
        )
      : explanation.sentences.map((sentence) => ({ service: 'Several', levels: [], sentence, dangerous: false }))
  return [...dangers, ...lines]
}

/** "S3", "Secrets Manager", "IAM": what people call a service, short enough for a column. */
function shortName(service: string, name: string): string {
  const plain = name.replace(/^(Amazon|AWS) /, '').replace(/ \(.*\)$/, '')
  return plain.length <= 18 ? plain : service.toUpperCase()
}

function policiesOf(role: ReadRole, access: Access): PermissionPreviewModel['policies'] {
  return [
    ...role.managed.map((policy) => ({ name: policy.name, kind: 'managed' as const, ...(policy.arn ? { arn: policy.arn } : {}) })),
    ...ownInline(role).map((policy) => ({ name: policy.name, kind: 'inline' as const })),
    ...(role.boundary ? [{ name: role.boundary.name, kind: 'boundary' as const, ...(role.boundary.arn ? { arn: role.boundary.arn } : {}) }] : []),
    ...(access.kind === 'sts_role' ? [{ name: 'Session policy of each credential', kind: 'session' as const }] : []),
  ]
}
