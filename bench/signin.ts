// How many people sign in a second, beside argon2id alone, what does it cost to ask who may, and how soon is a false token refused? The server is the real one, of its own process.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hash, verify } from '@node-rs/argon2'
import pg from 'pg'
import { type House, startHouse } from '../scripts/house.ts'
import { makePeople } from '../scripts/people.ts'
import { call } from '../src/api/client.ts'
import { readMe, readTime, signIn } from '../src/api/people.ts'
import { type Caller, lacksPower, lacksStepUp, POWERS, type Power, ROLES, relates } from '../src/domain/powers.ts'
import { nodePrimitives } from '../src/node/primitives.ts'
import { type ServerKeys, serverKeys } from '../src/server/keys.ts'
import { headerOf, tokenAttacks } from '../test/support/token-attacks.ts'
import { startBareRoute } from './bare-route.ts'
import { sweepWorlds } from './intake-house.ts'
import { KeepAlive } from './keep-alive.ts'
import { knockAtDoors } from './known-addresses.ts'
import { limit, type Result, ratio, resultOf } from './result.ts'
import { inTurns, median } from './rounds.ts'

/** As the server hashes: 19 MiB, two passes, one lane, two at once. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const AT_ONCE = 2
const PEOPLE = 8
/** Requests of one leg over one connection. */
const REQUESTS = 400
/** How often each false token is shown in one leg. */
const REPEATED = 5
/** Decisions of one leg: one alone is too short for a clock. */
const DECISIONS = 200_000

type Person = { email: string; password: string; cookie: string }

/** Does work with so many at once until the time is over; answers how many times a second it was done. */
async function perSecond(seconds: number, workers: (() => Promise<unknown>)[]): Promise<number> {
  const began = performance.now()
  const end = began + seconds * 1000
  let done = 0
  await Promise.all(
    workers.map(async (work) => {
      while (performance.now() < end) {
        await work()
        done++
      }
    }),
  )
  return (done * 1000) / (performance.now() - began)
}

async function enter(url: string, person: Person): Promise<string> {
  const { email, password, cookie } = person
  const reply = await call(url, signIn, { body: { email, password }, headers: cookie === '' ? {} : { cookie } })
  if (!reply.ok || !('accessToken' in reply.body)) throw new Error(`a sign-in was refused: ${reply.text}`)
  person.cookie =
    reply.headers
      .getSetCookie()
      .find((one) => one.startsWith('madang_device='))
      ?.split(';')[0] ?? ''
  return reply.body.accessToken
}

/** Microseconds of one request, one after the other over one connection. */
async function eachMicros(port: number, head: string, body: Uint8Array): Promise<number> {
  const line = await KeepAlive.open(port)
  const once = async () => {
    const { status, body: text } = await line.send(head, body)
    if (status >= 300) throw new Error(`${status}: ${text.slice(0, 200)}`)
  }
  for (let i = 0; i < 20; i++) await once()
  const began = performance.now()
  for (let i = 0; i < REQUESTS; i++) await once()
  const micros = ((performance.now() - began) * 1000) / REQUESTS
  line.close()
  return micros
}

/** Milliseconds of the slowest refusal of a token that is not ours: the median of its repetitions, one after the other over one connection. */
async function slowestRefusal(port: number, token: string, keys: ServerKeys['tokens']): Promise<number> {
  const line = await KeepAlive.open(port)
  let slowest = 0
  for (const [what, attack] of Object.entries(tokenAttacks(token, keys).attacks)) {
    const head = `GET ${readMe.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${headerOf(attack)}\r\n\r\n`
    const times: number[] = []
    for (let i = 0; i < REPEATED; i++) {
      const began = performance.now()
      const { status } = await line.send(head, new Uint8Array())
      times.push(performance.now() - began)
      if (status !== 401) throw new Error(`${what}: ${status}`)
    }
    slowest = Math.max(slowest, median(times))
  }
  line.close()
  return slowest
}

/** Microseconds of one decision: the power's row, its second factor, the relation to the object. */
function decisionMicros(): number {
  const now = new Date()
  const powers = Object.keys(POWERS) as Power[]
  const callers = ROLES.map((role): Caller => ({ account: 'a', org: 'o', roles: [role], steppedUpAt: now }))
  let yes = 0
  const began = performance.now()
  for (let i = 0; i < DECISIONS; i++) {
    const power = powers[i % powers.length] as Power
    const caller = callers[i % callers.length] as Caller
    const may = lacksPower(caller, power) === null && !lacksStepUp(caller, power, now)
    if (may && relates(caller, power, { org: 'o', assigned: ['a'] })) yes++
  }
  const micros = ((performance.now() - began) * 1000) / DECISIONS
  if (yes === 0) throw new Error('nobody may do anything')
  return micros
}

async function people(house: House): Promise<Person[]> {
  const names = Array.from({ length: PEOPLE }, (_, i) => `bench-${i + 1}`)
  const accounts = await makePeople(
    house,
    [{ id: 'bench', ko: '측정', en: 'Bench' }],
    names.map((id) => ({ id, org: 'bench', role: 'supplier' as const, name: id })),
  )
  // The second factor costs no hash; what is measured is the password.
  const client = new pg.Client({ connectionString: house.databaseUrl })
  await client.connect()
  await client.query('DELETE FROM totp')
  await client.end()
  return accounts.map(({ email, password }) => ({ email, password, cookie: '' }))
}

/** Measures sign-ins and the cost of asking who may, in turns; then whether time tells which addresses have an account. */
export async function measureSignIn(options: {
  rounds: number
  seconds: number
  /** Requests with known addresses at each door, and as many with unknown ones. */
  samples: number
  data: string
  say: (line: string) => void
}): Promise<Result> {
  const { rounds, seconds, samples, say } = options
  const dataDir = join(options.data, 'signin')
  for (const part of ['server', 'signer', 'witnesses']) await rm(join(dataDir, part), { recursive: true, force: true })
  const world = `bench_${Date.now()}`
  const house = await startHouse({ dataDir, database: world, say, onComplaint: (who, line) => say(`[${who}] ${line}`) })
  const bare = await startBareRoute()
  try {
    if (house.cluster) await sweepWorlds(house.cluster, world)
    const all = await people(house)
    const kept = await hash('a password for measurements', COST)
    const port = Number(new URL(house.url).port)
    const get = (authorization: string) =>
      `GET ${readTime.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${authorization}\r\n`
    const nothing = new Uint8Array()
    const bid = Buffer.from('{"bid":1}')
    const post = `POST /bids HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${bid.length}\r\n\r\n`
    const legs = {
      argon2id: () =>
        perSecond(
          seconds,
          Array.from({ length: AT_ONCE }, () => () => verify(kept, 'a password for measurements')),
        ),
      signIn: () =>
        perSecond(
          seconds,
          all.map((person) => () => enter(house.url, person)),
        ),
      bareRoute: () => eachMicros(bare.port, post, bid),
      decision: async () => decisionMicros(),
      refusals: async () => {
        const { tokens } = await serverKeys(nodePrimitives, join(dataDir, 'server'))
        return slowestRefusal(port, await enter(house.url, all[1] as Person), tokens)
      },
      anonymous: () => eachMicros(port, get(''), nothing),
      known: async () => {
        // A new one each round: whoever signs in again and again loses the oldest session.
        const token = await enter(house.url, all[0] as Person)
        return eachMicros(port, get(`Authorization: Bearer ${token}\r\n`), nothing)
      },
    }
    const measured = await inTurns(rounds, legs, (round) => say(`round ${round + 1} of ${rounds}`))
    const doors = await knockAtDoors({ port, databaseUrl: house.databaseUrl }, samples, say)
    const of = (name: keyof typeof legs) => median(measured.map((one) => one[name] as number))
    const medians = {
      signInsPerSecond: of('signIn'),
      argon2idPerSecond: of('argon2id'),
      bareRouteMicros: of('bareRoute'),
      decisionMicros: of('decision'),
      anonymousRequestMicros: of('anonymous'),
      knownRequestMicros: of('known'),
      slowestRefusalMs: of('refusals'),
      ...Object.fromEntries(
        Object.entries(doors).flatMap(([name, { knownMs, unknownMs }]) => [
          [`${name}, known address, ms`, knownMs],
          [`${name}, unknown address, ms`, unknownMs],
        ]),
      ),
    }
    return resultOf({
      benchmark: 'signin',
      versions: { argon2: '2' },
      params: {
        rounds,
        seconds,
        people: PEOPLE,
        requests: REQUESTS,
        decisions: DECISIONS,
        hashesAtOnce: AT_ONCE,
        repeated: REPEATED,
        samples,
      },
      rounds: measured,
      medians,
      ratios: {
        signInsOverArgon2id: ratio(
          'sign-ins over bare argon2id verifications, both two at once: what all else of a sign-in costs',
          medians.signInsPerSecond / medians.argon2idPerSecond,
          0.5,
        ),
        decisionOverBareRoute: limit(
          'asking power, second factor and relation, over the time of a bare Express route',
          medians.decisionMicros / medians.bareRouteMicros,
          0.05,
        ),
        slowestRefusalMs: limit(
          'milliseconds until a 401 for the slowest of all false tokens, the median of its repetitions',
          medians.slowestRefusalMs,
          5,
        ),
        refusalOverKnown: limit(
          'that slowest refusal over a request with a token that works',
          (medians.slowestRefusalMs * 1000) / medians.knownRequestMicros,
          null,
        ),
        ...Object.fromEntries(
          Object.entries(doors).flatMap(([name, { gapMs, mannWhitney }]) => [
            [
              `${name}, gap ms`,
              limit('milliseconds between the medians of addresses that have an account and that have none', gapMs, 2),
            ],
            [
              `${name}, Mann–Whitney`,
              limit(
                'how far from one half the chance is that an address with an account takes longer than one without',
                Math.abs(mannWhitney - 0.5),
                null,
              ),
            ],
          ]),
        ),
        knownOverAnonymous: limit(
          'a request with a token over the same without: signature, session and roles from the database, limits',
          medians.knownRequestMicros / medians.anonymousRequestMicros,
          null,
        ),
      },
    })
  } finally {
    bare.stop()
    await house.stop()
  }
}
