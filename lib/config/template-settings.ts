import { z } from 'zod'
import { accountRoles, nonEmpty, sentences } from './environment.ts'

export type TemplateSettings = { catalogFile: string | undefined; managedRolePath: string; memberReaderRole: string; memberRevokerRole: string; emergencyRole: string | undefined }

/** What the templates for AWS need of the environment: no database, no provider, no secret. */
export function readTemplateSettings(): { ok: true; settings: TemplateSettings } | { ok: false; problems: string[] } {
  const parsed = z.object({ CATALOG_FILE: z.string().optional(), ...accountRoles }).safeParse(nonEmpty(process.env))
  if (!parsed.success) return { ok: false, problems: sentences(parsed.error) }
  const { CATALOG_FILE, LATCHKEY_MANAGED_ROLE_PATH, LATCHKEY_MEMBER_READER_ROLE, LATCHKEY_MEMBER_REVOKER_ROLE, LATCHKEY_EMERGENCY_ROLE } = parsed.data
  return { ok: true, settings: { catalogFile: CATALOG_FILE, managedRolePath: LATCHKEY_MANAGED_ROLE_PATH, memberReaderRole: LATCHKEY_MEMBER_READER_ROLE, memberRevokerRole: LATCHKEY_MEMBER_REVOKER_ROLE, emergencyRole: LATCHKEY_EMERGENCY_ROLE } }
}
