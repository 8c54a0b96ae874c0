// Does the time of an answer tell whether an address has an account? Known and unknown addresses in turns, at every door a stranger may knock at.
import { createHash } from 'node:crypto'
import { invitation } from '../db/schema/organisations.ts'
import { account, organisation } from '../db/schema/people.ts'
import type { Endpoint } from '../src/api/endpoint.ts'
import { acceptInvitation } from '../src/api/members.ts'
import { registerOrganisation } from '../src/api/organisations.ts'
import { signIn } from '../src/api/people.ts'
import { requestReset } from '../src/api/sign-in.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { b64u, hex } from '../src/proof/bytes.ts'
import { openDatabase } from '../src/server/db.ts'
import { hashPassword } from '../src/server/people/passwords.ts'
import { KeepAlive } from './keep-alive.ts'
import { median } from './rounds.ts'

/** Requests from one address of this machine: below every limit by address, so that none has to be lifted. */
const PER_ADDRESS = 40
const ORG = 'bench-doors'

/** Medians in milliseconds; `mannWhitney` is the chance that a known address takes longer than an unknown one, 0.5 where time tells nothing. */
export type Door = { knownMs: number; unknownMs: number; gapMs: number; mannWhitney: number; samples: number }

/**
 * The chance that a value of `a` is larger than one of `b`, ties by half (Mann–Whitney U over the number of pairs).
 *
 * Example: for [1, 3] and [2, 2] two of four pairs are larger, so 0.5; for [3, 4] and [1, 2] all are, so 1.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, ours: true })), ...b.map((value) => ({ value, ours: false }))].sort(
    (x, y) => x.value - y.value,
  )
  let ranks = 0
  for (let i = 0; i < all.length; ) {
    let end = i
    while (end < all.length && all[end]?.value === all[i]?.value) end++
    const shared = (i + 1 + end) / 2
    for (let j = i; j < end; j++) if (all[j]?.ours) ranks += shared
    i = end
  }
  return (ranks - (a.length * (a.length + 1)) / 2) / (a.length * b.length)
}

type Row = { known: boolean; body: object }
const knownAt = (i: number) => `known-${i}@${ORG}.example`
const unknownAt = (what: string, i: number) => `${what}-${i}-${hex(P.random(4))}@elsewhere.example`
const PASSWORD = 'correct horse battery courtyard'
const person = (email: string) => ({ name: '김누리', email, password: PASSWORD })
const digest = (token: string) => new Uint8Array(createHash('sha256').update(token).digest())

/** What is asked at each door, and what everybody is answered there. */
const DOORS: Record<string, { endpoint: Endpoint; status: number; body: (email: string, token: string) => object }> = {
  'sign-in': {
    endpoint: signIn,
    status: 401,
    body: (email) => ({ email, password: 'not the password of anybody' }),
  },
  'password reset': { endpoint: requestReset, status: 202, body: (email) => ({ email }) },
  registration: {
    endpoint: registerOrganisation,
    status: 202,
    body: (email) => ({
      nameKo: '누리소프트',
      nameEn: 'Nuri Soft',
      scheme: 'KR-BRN',
      number: '123-45-67891',
      kind: 'supplier',
      body: null,
      person: person(email),
    }),
  },
  invitation: {
    endpoint: acceptInvitation,
    status: 201,
    body: (_, token) => ({ token, name: '김누리', password: PASSWORD }),
  },
}

/** Accounts for half of the requests, all with one password, and an open invitation for each address of the other door. */
async function furnish(databaseUrl: string, samples: number, tokens: ReadonlyMap<string, string>): Promise<void> {
  const db = openDatabase({ url: databaseUrl, max: 1 })
  const passwordHash = await hashPassword(PASSWORD)
  try {
    await db.withTx(async ({ tx, now }) => {
      const row = { id: ORG, nameKo: '문', nameEn: 'Doors', kind: 'supplier' as const, standing: 'verified' }
      await tx.insert(organisation).values(row).onConflictDoNothing()
      for (let i = 0; i < samples; i += 500) {
        const accounts = Array.from({ length: Math.min(500, samples - i) }, (_, j) => ({
          id: `door-${i + j}`,
          org: ORG,
          email: knownAt(i + j),
          passwordHash,
          name: '김누리',
          roles: ['supplier'],
          emailVerifiedAt: now.date,
        }))
        await tx.insert(account).values(accounts).onConflictDoNothing()
      }
      const rows = [...tokens].map(([email, token], i) => ({
        id: `door-${i}`,
        org: ORG,
        email,
        roles: ['supplier'],
        tokenHash: digest(token),
        invitedBy: 'door-0',
        at: now.date,
        expiresAt: new Date(now.date.getTime() + 86_400_000),
        state: 'open',
        proposal: null,
      }))
      for (let i = 0; i < rows.length; i += 500) await tx.insert(invitation).values(rows.slice(i, i + 500))
    })
  } finally {
    await db.close()
  }
}

/** Which of two comes first is drawn anew each time: whoever always came second would find everything warm. */
const pair = (known: Row, unknown: Row): Row[] =>
  (P.random(1)[0] as number) < 128 ? [known, unknown] : [unknown, known]

/**
 * Knocks at each door `samples` times with an address that has an account and as often with one that has none, in pairs, one request
 * after the other, from ever new addresses of this machine (127.0.0.0/8), so that all limits stay in force.
 */
export async function knockAtDoors(
  { port, databaseUrl }: { port: number; databaseUrl: string },
  samples: number,
  say: (line: string) => void,
): Promise<Record<string, Door>> {
  const emails = Array.from({ length: samples }, (_, i) => [knownAt(i), unknownAt('invited', i)] as const)
  const tokens = new Map(emails.flat().map((email) => [email, `${ORG}.${b64u(P.random(32))}`]))
  await furnish(databaseUrl, samples, tokens)
  const found: Record<string, Door> = {}
  let from = 0
  for (const [name, door] of Object.entries(DOORS)) {
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    const rows = emails.flatMap(([known, invited], i) => {
      const unknown = name === 'invitation' ? invited : unknownAt(name.replace(' ', '-'), i)
      const row = (email: string, is: boolean) => ({ known: is, body: door.body(email, tokens.get(email) ?? '') })
      return pair(row(known, true), row(unknown, false))
    })
    for (let i = 0; i < rows.length; i += PER_ADDRESS) {
      from++
      const line = await KeepAlive.open(port, `127.1.${from >> 8}.${from & 255}`)
      for (const [j, { known, body }] of rows.slice(i, i + PER_ADDRESS).entries()) {
        const bytes = Buffer.from(JSON.stringify(body))
        const head = `POST ${door.endpoint.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`
        const began = performance.now()
        const { status, body: text } = await line.send(head, bytes)
        const ms = performance.now() - began
        if (status !== door.status) throw new Error(`${name}: ${status} ${text.slice(0, 200)}`)
        // The first over a new connection costs more than the rest.
        if (j > 1) times[known ? 'known' : 'unknown'].push(ms)
      }
      line.close()
    }
    const [knownMs, unknownMs] = [median(times.known), median(times.unknown)]
    found[name] = {
      knownMs,
      unknownMs,
      gapMs: Math.abs(knownMs - unknownMs),
      mannWhitney: mannWhitney(times.known, times.unknown),
      samples: Math.min(times.known.length, times.unknown.length),
    }
    say(`${name}: ${knownMs.toFixed(2)} ms known, ${unknownMs.toFixed(2)} ms unknown`)
  }
  return found
}
