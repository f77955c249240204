import pg from 'pg'

/**
 * Lets the application's database role use the queue's tables, and makes `login` (a user without any other right) a
 * member of it. Run as the database's owner after the migrations and the queue's own tables.
 */
export async function allowApplication(ownerUrl: string, login?: { user: string; password: string }): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(`
      GRANT USAGE ON SCHEMA pgboss TO latchkey_app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgboss TO latchkey_app;
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA pgboss TO latchkey_app;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss TO latchkey_app;`)
    if (login) await createLogin(client, login)
  } finally {
    await client.end()
  }
}

async function createLogin(client: pg.Client, { user, password }: { user: string; password: string }): Promise<void> {
  const name = client.escapeIdentifier(user)
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [user])
  if (!rowCount) await client.query(`CREATE ROLE ${name}`)
  await client.query(`ALTER ROLE ${name} LOGIN INHERIT PASSWORD ${client.escapeLiteral(password)}`)
  await client.query(`GRANT latchkey_app TO ${name}`)
}
