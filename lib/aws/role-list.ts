import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import type { Config } from '#lib/config/config.ts'
import type { AwsResult } from './aws-failure.ts'
import { openCircuit } from './circuit.ts'
import { believing, type Identities, steady } from './credentials.ts'

/** A role as lists tell it; `name` with its path and without the leading slash, as profiles name roles. */
export type ListedRole = { name: string; description: string; maxSessionMinutes: number }
export type RoleList = { listRoles(accountId: string, path: string): Promise<AwsResult<{ roles: ListedRole[] }>> }

/** The roles under a path of an account, as the reader's role there sees them. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
export function openRoleList(aws: Config['aws'], identities: Identities): RoleList {
  return {
    listRoles: (accountId, PathPrefix) => {
      const client = believing(new IAMClient({ ...steady, region: aws.region, credentials: identities.readerOf(accountId) }))
      return openCircuit(`IAM of ${accountId}`).ask(async (abortSignal) => {
        const roles: ListedRole[] = []
        let Marker: string | undefined
        do {
          const page = await client.send(new ListRolesCommand({ PathPrefix, Marker }), { abortSignal })
          roles.push(...(page.Roles ?? []).map(({ Path = '/', RoleName = '', Description = '', MaxSessionDuration = 3_600 }) => ({ name: `${Path}${RoleName}`.slice(1), description: Description, maxSessionMinutes: MaxSessionDuration / 60 })))
          Marker = page.IsTruncated ? page.Marker : undefined
        } while (Marker)
        return { roles }
      })
    },
  }
}
