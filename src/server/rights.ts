// How does the API's database role get its rights? Set anew at each start, from the table in db/rights.ts.
import pg from 'pg'
import { API_ROLE, RIGHTS } from '../../db/rights.ts'

/** The database has no role for the API, and this user may not make one. */
export class RoleMissing extends Error {
  override name = 'RoleMissing'
}

/** SQLSTATE: not allowed. */
const INSUFFICIENT = '42501'

/** The role exists and this user may take it on: made here where that is allowed, else asked for in words an administrator can run. */
async function ensureRole(client: pg.Client): Promise<void> {
  const user = pg.escapeIdentifier(client.user ?? '')
  const mayTake = async () => {
    try {
      await client.query(`SET ROLE ${API_ROLE}; RESET ROLE`)
      return true
    } catch (error) {
      // 22023: no such role.
      if (![INSUFFICIENT, '22023'].includes((error as { code: string }).code)) throw error
      return false
    }
  }
  if (await mayTake()) return
  try {
    // Somebody else may make it at the same moment for another database of this server.
    await client.query(`CREATE ROLE ${API_ROLE} NOLOGIN`).catch((error: { code?: string }) => {
      if (error.code !== '42710' && error.code !== '23505') throw error
    })
    await client.query(`GRANT ${API_ROLE} TO ${user}`)
  } catch (error) {
    if ((error as { code?: string }).code !== INSUFFICIENT) throw error
    throw new RoleMissing(
      `The API works under a database role of its own, which this user may not make. Have an administrator of the database say once: ` +
        `CREATE ROLE ${API_ROLE} NOLOGIN; GRANT ${API_ROLE} TO ${user};`,
    )
  }
}

/**
 * Gives the API's role the rights of the table and takes all others away, in one transaction: a running API never lacks one that
 * it keeps. To be called by whoever owns the tables, alone.
 */
export async function applyRights(client: pg.Client): Promise<void> {
  await ensureRole(client)
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  )
  const grants = rows.flatMap(({ name }) => {
    const may = Object.hasOwn(RIGHTS, name) ? (RIGHTS[name]?.may ?? []) : []
    return may.length === 0 ? [] : [`GRANT ${may.join(', ')} ON public.${pg.escapeIdentifier(name)} TO ${API_ROLE}`]
  })
  await client.query(
    [
      'BEGIN',
      `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${API_ROLE}`,
      `REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM ${API_ROLE}`,
      `GRANT USAGE ON SCHEMA public TO ${API_ROLE}`,
      ...grants,
      `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${API_ROLE}`,
      `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO ${API_ROLE}`,
      'COMMIT',
    ].join(';\n'),
  )
}
