// Does this PostgreSQL keep what it has acknowledged?

/** The database could lose what it acknowledged. `problems` names every reason, one line each. */
export class DurabilityError extends Error {
  override name = 'DurabilityError'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`This database could lose acknowledged bids:\n  ${problems.join('\n  ')}`)
    this.problems = problems
  }
}

/** The part of pg's Client and Pool that is needed here. */
export interface Queries {
  query(text: string): Promise<{ rows: unknown[] }>
}

const OLDEST_VERSION = 15

// What each setting breaks when it is off. synchronous_commit has weaker values that still wait for our own disk (local,
// remote_write, remote_apply): a standby is the operator's choice, our own disk is not.
const MUST_NOT_BE_OFF: Readonly<Record<string, string>> = {
  fsync: 'a power cut can lose or corrupt everything',
  full_page_writes: 'a power cut can leave torn pages',
  synchronous_commit: 'a receipt could be sent before its bid is on the disk',
}

/**
 * Refuses a server that can lose an acknowledged commit: `fsync`, `full_page_writes` or `synchronous_commit` off for this
 * session, or a version older than 15. Run at start and from time to time after: the first two can be changed under a running server.
 * @throws DurabilityError with every reason at once.
 */
export async function checkDurability(client: Queries): Promise<void> {
  const { rows } = await client.query(
    `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'server_version_num')`,
  )
  const settings = new Map((rows as { name: string; setting: string }[]).map((row) => [row.name, row.setting]))
  const problems = Object.entries(MUST_NOT_BE_OFF)
    .filter(([name]) => settings.get(name) === 'off')
    .map(([name, breaks]) => `${name} is off: ${breaks}; set ${name} = on`)
  const version = Math.floor(Number(settings.get('server_version_num')) / 10_000)
  if (!(version >= OLDEST_VERSION))
    problems.push(`PostgreSQL ${version} is too old: ${OLDEST_VERSION} is the oldest that is supported`)
  if (problems.length > 0) throw new DurabilityError(problems)
}
