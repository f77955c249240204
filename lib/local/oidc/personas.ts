/** The people of the demo organisation and of the tests. Groups can be changed while the provider runs. */
export type Persona = { id: string; name: string; email: string; username: string; groups: string[]; about: string; /** The subject of who leads them. */ manager: string | undefined }

const persona = (id: string, name: string, groups: string[], about: string, manager?: string): Persona => ({
  id,
  name,
  email: `${name.toLowerCase().normalize('NFKD').replace(/[^a-z ]/g, '').replace(' ', '.')}@northwind.example`,
  username: name.toLowerCase().normalize('NFKD').replace(/[^a-z ]/g, '').replace(' ', '.'),
  groups,
  about,
  manager,
})

export const personas: readonly Persona[] = [
  persona('maya', 'Maya Chen', ['engineering', 'payments'], 'requester, payments engineer', 'ana'),
  persona('tom', 'Tom Becker', ['engineering', 'data'], 'requester, data engineer', 'jon'),
  persona('ana', 'Ana Kovac', ['engineering', 'platform-leads'], 'approver, platform lead', 'jon'),
  persona('jon', 'Jon Bell', ['engineering', 'platform-leads', 'data-leads'], 'approver and manager'),
  persona('rosa', 'Rosa Diaz', ['security-oncall', 'engineering'], 'responder, security on call'),
  persona('amir', 'Amir Haddad', ['audit'], 'auditor'),
  persona('lena', 'Lena Fischer', ['latchkey-admins', 'engineering'], 'admin'),
  persona('sam', 'Sam Okafor', ['latchkey-admins', 'platform-leads'], 'second admin, approver'),
  persona('priya', 'Priya Nair', ['engineering', 'payments'], 'requester, payments engineer', 'ana'),
  persona('luis', 'Luis Ortega', ['data'], 'requester, analyst', 'jon'),
  persona('nina', 'Nina Roth', ['vendors', 'vendor-managers'], 'vendor manager'),
  persona('kenji', 'Kenji Mori', ['vendors'], 'engineer of a vendor', 'nina'),
  persona('olga', 'Olga Petrov', [], 'outsider without any group'),
]

/** The demo organisation's map from groups to portal roles, as OIDC_GROUP_ROLES wants it. */
export const demoGroupRoles = [
  'engineering=requester',
  'payments=requester',
  'data=requester',
  'vendors=requester',
  'platform-leads=approver',
  'data-leads=approver',
  'vendor-managers=approver',
  'security-oncall=responder',
  'audit=auditor',
  'latchkey-admins=admin',
].join(',')
