import { z } from 'zod'
import { allowedHosts, hostList, type OutgoingRules } from './allowed-hosts.ts'

/** An identity provider as the portal uses it. */
export type ProviderSettings = {
  /** Part of the redirect URI: `PUBLIC_URL/api/auth/callback/<id>`. */
  id: 'oidc' | 'oidc2'
  /** What people call it: "Okta", "Entra ID". */
  name: string
  issuer: string
  clientId: string
  clientSecret: string
  scopes: string
  groups: { claim: string; prefix: string; foreignPrefixes: readonly string[] }
  /** Claims that tie people to one another: what sign-ins of one human being share, and the subject of their manager. */
  ties: { person: string | undefined; manager: string | undefined }
  /** Entra ID names people by tenant and object id. */
  directory: 'entra' | 'standard'
  /** `prompt` of a request to authenticate again; Google knows none that does. https://developers.google.com/identity/openid-connect/reference */
  promptAgain: 'login' | undefined
  /** Plain http is allowed only to the local machine. */
  allowInsecureIssuer: boolean
  outgoing: OutgoingRules
  /** Where the directory is asked for groups that are too many for a token; undefined: nobody is, and the sign-in is refused. */
  directoryGroups: string | undefined
}

export const withOpenid = (scopes: string): boolean => scopes.split(' ').includes('openid')
export const defaultScopes = 'openid profile email offline_access'

/** `graph`, or where Microsoft Graph is for this directory. */
export const directoryGroups = z
  .string()
  .refine((wanted) => wanted === 'graph' || (/^https:\/\/[^/]+\/?$/.test(wanted) && URL.canParse(wanted)), 'must be "graph", or the https address of the directory\'s Microsoft Graph without a path')
  .optional()

/** A second provider: all of its variables begin with `OIDC_2_`, and none of them is there for one provider alone. */
export const secondProviderSchema = {
  OIDC_2_ISSUER: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  OIDC_2_CLIENT_ID: z.string().optional(),
  OIDC_2_CLIENT_SECRET: z.string().optional(),
  OIDC_2_SCOPES: z.string().default(defaultScopes).refine(withOpenid, 'must contain "openid"'),
  OIDC_2_GROUPS_CLAIM: z.string().min(1).default('groups'),
  OIDC_2_GROUP_PREFIX: z.string().optional(),
  OIDC_2_NAME: z.string().max(40, 'must be at most 40 characters').optional(),
  OIDC_2_ALLOWED_HOSTS: hostList,
  OIDC_2_DIRECTORY_GROUPS: directoryGroups,
  OIDC_2_PERSON_CLAIM: z.string().min(1).optional(),
  OIDC_2_MANAGER_CLAIM: z.string().min(1).optional(),
}
const secondSchema = z.object(secondProviderSchema)
type Environment = z.infer<typeof secondSchema> & { OIDC_ISSUER: string; OIDC_CLIENT_ID: string; OIDC_CLIENT_SECRET: string; OIDC_SCOPES: string; OIDC_GROUPS_CLAIM: string; OIDC_NAME: string; OIDC_SIGN_IN_ORIGINS: string; OIDC_ALLOWED_HOSTS: string[]; OUTGOING_PRIVATE_HOSTS: string[]; OIDC_DIRECTORY_GROUPS?: string | undefined; OIDC_PERSON_CLAIM?: string | undefined; OIDC_MANAGER_CLAIM?: string | undefined }

/** Hosts of Entra ID: worldwide, US government, China, and the issuer of version 1 tokens. https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const entraHosts = new Set(['login.microsoftonline.com', 'login.microsoftonline.us', 'login.partner.microsoftonline.cn', 'sts.windows.net'])
const isEntra = (issuer: string): boolean => entraHosts.has(new URL(issuer).hostname)
/** Microsoft Graph of each cloud of Entra ID. https://learn.microsoft.com/graph/deployments */
const graphs: Readonly<Record<string, string>> = { 'login.microsoftonline.com': 'https://graph.microsoft.com', 'sts.windows.net': 'https://graph.microsoft.com', 'login.microsoftonline.us': 'https://graph.microsoft.us', 'login.partner.microsoftonline.cn': 'https://microsoftgraph.chinacloudapi.cn' }

/** What the directory's groups of the person who signed in are read from. https://learn.microsoft.com/graph/api/directoryobject-getmemberobjects */
function memberObjectsAt(issuer: string, wanted: string | undefined): string | undefined {
  const graph = wanted === 'graph' ? graphs[new URL(issuer).hostname] : wanted
  return graph && new URL('/v1.0/me/getMemberObjects', graph).href
}
const guid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i

/** The providers that validated variables name, and a sentence for each mistake between them. */
export function readProviders(env: Environment): { settings: ProviderSettings[]; problems: string[] } {
  const rules = (variable: string, issuer: string, listed: string[]): OutgoingRules => ({ variable, hosts: allowedHosts(issuer, listed, env.OUTGOING_PRIVATE_HOSTS) })
  const first = settingsOf('oidc', env.OIDC_NAME, env.OIDC_ISSUER, env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET, env.OIDC_SCOPES, env.OIDC_GROUPS_CLAIM, rules('OIDC_ALLOWED_HOSTS', env.OIDC_ISSUER, env.OIDC_ALLOWED_HOSTS), env.OIDC_DIRECTORY_GROUPS, { person: env.OIDC_PERSON_CLAIM, manager: env.OIDC_MANAGER_CLAIM })
  const problems = [...tenantProblems('OIDC_ISSUER', env.OIDC_ISSUER), ...directoryProblems('OIDC_DIRECTORY_GROUPS', env.OIDC_ISSUER, env.OIDC_DIRECTORY_GROUPS), ...originProblems(env.OIDC_SIGN_IN_ORIGINS)]
  if (!env.OIDC_2_ISSUER) return { settings: [first], problems }
  const { OIDC_2_ISSUER: issuer, OIDC_2_CLIENT_ID: clientId, OIDC_2_CLIENT_SECRET: clientSecret, OIDC_2_GROUP_PREFIX: given, OIDC_2_NAME: name } = env
  problems.push(...tenantProblems('OIDC_2_ISSUER', issuer), ...directoryProblems('OIDC_2_DIRECTORY_GROUPS', issuer, env.OIDC_2_DIRECTORY_GROUPS))
  for (const [variable, value] of Object.entries({ OIDC_2_CLIENT_ID: clientId, OIDC_2_CLIENT_SECRET: clientSecret, OIDC_2_NAME: name })) {
    if (!value) problems.push(`${variable} is not set, and OIDC_2_ISSUER is.`)
  }
  if (!given) problems.push('OIDC_2_GROUP_PREFIX is not set: what groups of the second provider begin with in Latchkey, such as "partner:"; or "none" when equal names mean the same group.')
  if (sameIssuer(issuer, env.OIDC_ISSUER)) problems.push('OIDC_2_ISSUER is the same as OIDC_ISSUER; two providers need two issuers.')
  const prefix = given === undefined || given === 'none' ? '' : given
  const second = settingsOf('oidc2', name ?? '', issuer, clientId ?? '', clientSecret ?? '', env.OIDC_2_SCOPES, env.OIDC_2_GROUPS_CLAIM, rules('OIDC_2_ALLOWED_HOSTS', issuer, env.OIDC_2_ALLOWED_HOSTS), env.OIDC_2_DIRECTORY_GROUPS, { person: env.OIDC_2_PERSON_CLAIM, manager: env.OIDC_2_MANAGER_CLAIM })
  return {
    settings: [
      { ...first, groups: { ...first.groups, foreignPrefixes: prefix ? [prefix] : [] } },
      { ...second, groups: { ...second.groups, prefix } },
    ],
    problems,
  }
}

function settingsOf(id: ProviderSettings['id'], name: string, issuer: string, clientId: string, clientSecret: string, scopes: string, claim: string, outgoing: OutgoingRules, directoryGroups: string | undefined, ties: ProviderSettings['ties']): ProviderSettings {
  return { id, name, issuer, clientId, clientSecret, scopes, ties, groups: { claim, prefix: '', foreignPrefixes: [] }, directory: isEntra(issuer) ? 'entra' : 'standard', promptAgain: new URL(issuer).hostname === 'accounts.google.com' ? undefined : 'login', allowInsecureIssuer: new URL(issuer).protocol === 'http:', outgoing, directoryGroups: memberObjectsAt(issuer, directoryGroups) }
}

/** "common" and its sisters let in every company of the world. */
function tenantProblems(variable: string, issuer: string): string[] {
  return isEntra(issuer) && !guid.test(new URL(issuer).pathname) ? [`${variable} must name one tenant of Entra ID by its id, such as https://login.microsoftonline.com/<tenant id>/v2.0.`] : []
}

function directoryProblems(variable: string, issuer: string, wanted: string | undefined): string[] {
  return wanted && !isEntra(issuer) ? [`${variable} is for issuers of Entra ID; no other keeps groups in Microsoft Graph.`] : []
}

function originProblems(origins: string): string[] {
  return origins.split(' ').filter((origin) => origin !== '' && !(URL.canParse(origin) && new URL(origin).origin === origin && origin.startsWith('https://'))).map((origin) => `OIDC_SIGN_IN_ORIGINS: "${origin}" is not an origin such as https://login.example.`)
}

/** Whether two addresses name one issuer; a slash at the end, which people forget, makes no other. */
export const sameIssuer = (left: string, right: string): boolean => left.replace(/\/$/, '') === right.replace(/\/$/, '')
