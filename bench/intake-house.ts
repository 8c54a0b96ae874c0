// What must stand before bids can be sent? The real processes, one published tender, and bidders with keys and sessions.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { readCase } from '../scripts/case.ts'
import { type House, startHouse } from '../scripts/house.ts'
import { CUSTODIANS, draftOf, enrolCustodians, makeCast } from '../scripts/play.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { b64u } from '../src/proof/bytes.ts'
import type { Keyset } from '../src/proof/keyset.ts'
import type { Cluster } from '../src/server/cluster.ts'
import { type ServerKeys, serverKeys } from '../src/server/keys.ts'
import { makeAccessToken } from '../src/server/people/tokens.ts'
import { newKey } from './bids.ts'
import type { Bidder } from './load-process.ts'

const ORIGIN = 'bench.example/log'

export type IntakeHouse = {
  house: House
  /** Process number of the database. */
  postgres: number
  tender: string
  /** Another published tender, of which nobody bids. */
  beside: string
  keysets: { technical: Keyset; price: Keyset }
  bidders: Bidder[]
  keys: ServerKeys
  /** Access tokens of bidders `from`…`to`−1, fresh. */
  tokensOf: (from: number, to: number) => Promise<string[]>
  stop: () => Promise<void>
}

const orgOf = (i: number) => `bidder-${i}`
const accountOf = (i: number) => `bidder-${i}-rep`
/** As a session's family is written: 22 characters of base64url. */
const familyOf = (i: number) => `bench-${String(i).padStart(16, '0')}`

/**
 * Puts bidders into the database: organisation, account, session, signing key. Through the API each would cost a password
 * hash, of which intake knows nothing.
 */
async function makeBidders(client: pg.Client, count: number): Promise<Bidder[]> {
  const keys = Array.from({ length: count }, () => newKey(P))
  const all = keys.map((key, i) => ({
    org: orgOf(i),
    account: accountOf(i),
    family: familyOf(i),
    refresh: b64u(P.random(32)),
    kid: key.kid,
    jwk: key.jwk,
  }))
  const rows = JSON.stringify(all)
  const FROM = `FROM jsonb_to_recordset($1::jsonb) AS b(org text, account text, family text, refresh text, kid text, jwk jsonb)`
  for (const insert of [
    `INSERT INTO organisation (id, name_ko, name_en, standing) SELECT org, org, org, 'verified' ${FROM}`,
    `INSERT INTO account (id, org, email, password_hash, name, roles) SELECT account, org, account || '@bench.example', '', org, '{supplier}' ${FROM}`,
    // Bids ask for a second factor; that it was shown long ago is not what is measured.
    `INSERT INTO sign_in (id, account, method, agent, started_at, seen_at, expires_at, stepped_at, stepped_by) SELECT family, account, 'password', 'bench', now(), now(), now() + interval '1 day', now() + interval '1 day', 'totp' ${FROM}`,
    `INSERT INTO session (refresh_hash, family, account, started_at, expires_at) SELECT sha256(refresh::bytea), family, account, now(), now() + interval '1 day' ${FROM}`,
    `INSERT INTO actor_key (kid, account, org, jwk, enrolled_at) SELECT kid, account, org, jwk, now() ${FROM}`,
  ])
    await client.query(insert, [rows])
  await client.query('ANALYZE')
  return keys.map((key, i) => ({ org: orgOf(i), scalar: b64u(key.scalar) }))
}

/** Removes the databases of runs that were killed. */
export async function sweepWorlds(cluster: Cluster, keep: string): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.url('postgres') })
  await client.connect()
  const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database')
  for (const { datname } of rows) {
    if (datname !== keep && /^bench_\d+$/.test(datname)) await client.query(`DROP DATABASE "${datname}" WITH (FORCE)`)
  }
  await client.end()
}

/** Tenders open for two hours, in a fresh world of real processes. Custodians go home once they are published. */
export async function openIntakeHouse(options: {
  dataDir: string
  bidders: number
  /** Pause between two rounds of the sequencer. */
  tickMs?: number
  say: (line: string) => void
}): Promise<IntakeHouse> {
  const { dataDir, say } = options
  for (const part of ['server', 'signer', 'custodians', 'witnesses'])
    await rm(join(dataDir, part), { recursive: true, force: true })
  const world = `bench_${Date.now()}`
  const house = await startHouse({
    dataDir,
    database: world,
    origin: ORIGIN,
    pollMs: 250,
    tickMs: options.tickMs ?? 1000,
    say,
    onComplaint: (who, line) => !CUSTODIANS.includes(who) && say(`[${who}] ${line}`),
  })
  try {
    const { cluster } = house
    if (!cluster) throw new Error('the benchmark brings its own database')
    await sweepWorlds(cluster, world)
    const { cast } = await makeCast(house, [])
    await Promise.all([cast.operator.signIn(), cast.officer.signIn()])
    await enrolCustodians(house, cast.operator, () => {})
    await cast.officer.enrol()
    const published = async () => {
      const no = await cast.officer.draft(draftOf(readCase(), new Date(Date.now() + 7_200_000)))
      await cast.officer.publish(no)
      return no
    }
    const tender = await published()
    const beside = await published()
    const keysets = await cast.officer.keysets(tender)
    await Promise.all(CUSTODIANS.map((id) => house.kill(id, 'SIGTERM')))
    const client = new pg.Client({ connectionString: house.databaseUrl })
    await client.connect()
    const bidders = await makeBidders(client, options.bidders)
    await client.end()
    const keys = await serverKeys(P, join(dataDir, 'server'))
    const tokenOf = async (i: number) => {
      const claim = { account: accountOf(i), family: familyOf(i) }
      return (await makeAccessToken({ keys, config: { origin: ORIGIN } }, claim, new Date())).token
    }
    return {
      house,
      postgres: cluster.pid,
      tender,
      beside,
      keysets,
      bidders,
      keys,
      tokensOf: (from, to) => Promise.all(Array.from({ length: to - from }, (_, i) => tokenOf(from + i))),
      stop: () => house.stop(),
    }
  } catch (err) {
    await house.stop()
    throw err
  }
}
