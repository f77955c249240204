import { isoSeconds } from '../core/xml.ts'
import type { AccessKeyState, AccountState } from '../core/state.ts'

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
const columns = [
  'user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed', 'password_next_rotation', 'mfa_active',
  ...['1', '2'].flatMap((slot) => ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map((name) => `access_key_${slot}_${name}`)),
  'cert_1_active', 'cert_1_last_rotated', 'cert_2_active', 'cert_2_last_rotated',
]

const date = (at: number | undefined): string => (at === undefined ? 'N/A' : isoSeconds(new Date(at)).replace('Z', '+00:00'))

const keyColumns = (key: AccessKeyState | undefined): string[] => [
  String(key?.status === 'Active'),
  date(key?.createdAt),
  date(key?.lastUsed?.at),
  key?.lastUsed?.region ?? 'N/A',
  key?.lastUsed?.service ?? 'N/A',
]
const noCertificates = ['false', 'N/A', 'false', 'N/A']

export function credentialReport(account: AccountState): string {
  const users = Object.values(account.iam.users)
  const root = ['<root_account>', `arn:aws:iam::${account.id}:root`, date(users[0]?.createdAt), 'not_supported', 'no_information', 'not_supported', 'not_supported', 'true', ...keyColumns(undefined), ...keyColumns(undefined), ...noCertificates]
  const rows = users.map((user) => [user.name, user.arn, date(user.createdAt), 'false', 'N/A', 'N/A', 'N/A', 'false', ...keyColumns(user.keys[0]), ...keyColumns(user.keys[1]), ...noCertificates])
  return [columns, root, ...rows].map((row) => row.join(',')).join('\n')
}
