import { calls, type Detector, type DetectorEvent, type FindingDraft, type GrantFacts, stamp } from '../detector.ts'

/**
 * Other roles taken on with the grant's credentials, a finding a role; those that the profile names as its way on are
 * expected. What was done in them counts where the portal sees it: the source identity stays, whatever the role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export const roleChaining: Detector = {
  id: 'role-chaining',
  name: 'Another role taken on from the grant',
  detect: ({ events, grant }) => {
    const taken = new Map<string, DetectorEvent[]>()
    for (const event of events) {
      const role = roleTaken(event)
      if (role === undefined || role === grant.roleArn || grant.onwardRoles.includes(role)) continue
      taken.set(role, [...(taken.get(role) ?? []), event])
    }
    return [...taken].flatMap(([role, takings]) => draft(role, takings, events.filter(({ sessionId }) => sessionId !== null && grant.sessionRoles.get(sessionId) === role), grant))
  },
}

function roleTaken({ eventSource, eventName, errorCode, body }: DetectorEvent): string | undefined {
  if (eventSource !== 'sts.amazonaws.com' || eventName !== 'AssumeRole' || errorCode !== null) return undefined
  const { requestParameters } = (body ?? {}) as { requestParameters?: { roleArn?: unknown } | null }
  return typeof requestParameters?.roleArn === 'string' ? requestParameters.roleArn : undefined
}

const accountOf = (arn: string): string => arn.split(':')[4] ?? ''

function draft(role: string, takings: readonly DetectorEvent[], further: readonly DetectorEvent[], { person, account, roleArn }: GrantFacts): FindingDraft[] {
  const [first] = takings
  if (!first) return []
  const elsewhere = accountOf(role) !== accountOf(roleArn)
  const name = role.split(':role/')[1] ?? role
  return [
    {
      subject: role,
      severity: elsewhere ? 'high' : 'medium',
      title: `Another role taken on: ${name.slice(0, 100)}${elsewhere ? `, in account ${accountOf(role)}` : ''}`,
      summary: `With credentials for ${account}, ${person} took on ${role} at ${stamp(first.eventTime)}${takings.length > 1 ? ` and ${takings.length - 1} more times` : ''}. ${further.length > 0 ? `${calls(further.length)} in it ${further.length === 1 ? 'is' : 'are'} known.` : 'What was done in it is not known here.'}`,
      events: [...takings, ...further].toSorted((one, other) => one.eventTime.getTime() - other.eventTime.getTime()),
      items: [{ label: 'Role taken on', value: role, mono: true }, { label: 'From', value: roleArn, mono: true }],
    },
  ]
}
