// Is there a member of a public payload that could be changed without anybody noticing? Each is changed once; the exceptions are listed.
import { describe, expect, test } from 'vitest'
import { audit } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import type { Json, JsonObject } from '../../../src/proof/canonical.ts'
import { type Edit, type Forge, forge, TENDER } from '../../support/forge.ts'

/** What a bidder signs is that bidder's own to write; nobody else can sign it again. */
const BIDDERS_OWN = new Set(['bid/1', 'submission/1', 'withdrawal/1'])

/** Changed at the time of writing, these leave a record that is consistent in itself. Each with its reason. */
const NOTHING_TO_COMPARE_WITH: [pattern: RegExp, why: string][] = [
  [
    /^tender\.notice\/1 (revision|notice\.(title|summary|method|minBids|budget|agency\.name))/,
    'the notice is what was published, whatever it says',
  ],
  [/^tender\.notice\/1 twoPersons\.signed/, 'whether approvals are to be signed, the buyer signs for all to see'],
  [
    /^tender\.notice\/1 (twoPersons\.register|pool\.(confirmed|declared))/,
    'what is to be signed and shown, the buyer signs for all to see',
  ],
  [/^tender\.notice\/1 twoPersons\.roles/, 'which role makes a second person, the buyer signs for all to see'],
  [/^tender\.notice\/1 overseers/, 'who may give orders the buyer signs for all to see'],
  [/^[\w.]+\/1 from$/, 'order in the log says from when a key counts'],
  [/^release\/1 checkpoint$/, 'which checkpoint a custodian saw, only the witnesses can tell'],
  [/^evaluation\.result\/1 codeVersion$/, 'the figures are recomputed, whichever code made them'],
  [/^keyset\/1 t$/, 'how many custodians are needed, the buyer signs for all to see; fewer than two is no keyset'],
  [/^award\/1 reasons/, 'words beside figures that are checked'],
  [/^refused\/1 (h|at|reasons)/, 'the body of a refused request is not kept; the bidder holds the same refusal'],
]

type Path = (string | number)[]

function* leaves(value: Json, path: Path = []): Generator<Path> {
  if (Array.isArray(value)) {
    if (value[0] !== undefined) yield* leaves(value[0], [...path, 0])
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) if (name !== 'typ') yield* leaves(inner, [...path, name])
  } else yield path
}

const other = (value: Json): Json => {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (typeof value !== 'string') return 'something'
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return `2027${value.slice(4)}`
  if (/^\d+(\.\d+)?$/.test(value)) return value === '1' ? '2' : '1'
  return `${value[0] === 'B' ? 'C' : 'B'}${value.slice(1)}`
}

function change(payload: JsonObject, path: Path): void {
  let at = payload as unknown as Record<string | number, Json>
  for (const step of path.slice(0, -1)) at = at[step] as unknown as Record<string | number, Json>
  const last = path.at(-1)!
  at[last] = other(at[last] ?? null)
}

const nameOf = (typ: string, path: Path): string =>
  `${typ} ${path
    .map((s) => (typeof s === 'number' ? '[]' : `.${s}`))
    .join('')
    .slice(1)}`

async function failures(log: Forge): Promise<string[]> {
  const checks = await audit(P, await gather(log.source(), null), TENDER)
  return checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
}

/** The first payload of each type, and the first price result and price keyset. */
async function members(): Promise<{ typ: string; nth: number; path: Path }[]> {
  const seen = new Set<string>()
  const found: { typ: string; nth: number; path: Path }[] = []
  await forge({
    any: (typ, payload, nth) => {
      // The keyset at 0 is of another tender, whose business it is.
      if (BIDDERS_OWN.has(typ) || (typ === 'keyset/1' && nth === 0)) return
      const key = `${typ} ${String(payload.kind ?? '')}`
      if (seen.has(key)) return
      seen.add(key)
      for (const path of leaves(payload)) found.push({ typ, nth, path })
    },
  })
  return found
}

describe('a member of a payload changed before it was logged', async () => {
  const all = await members()
  test.each(all.map((m) => ({ ...m, name: nameOf(m.typ, m.path) })))(
    '$name is noticed, or listed with a reason',
    async ({ typ, nth, path, name }) => {
      const edit: Edit = {
        asFarAsItGoes: true,
        any: (t, payload, n) => {
          if (t === typ && n === nth) change(payload, path)
        },
      }
      const failed = await failures(await forge(edit))
      const listed = NOTHING_TO_COMPARE_WITH.some(([pattern]) => pattern.test(name))
      expect({ name, noticed: failed.length > 0 }).toEqual({ name, noticed: !listed })
    },
  )

  test('every exception is about a member that exists', () => {
    const names = all.map((m) => nameOf(m.typ, m.path))
    for (const [pattern] of NOTHING_TO_COMPARE_WITH) expect(names.filter((n) => pattern.test(n))).not.toEqual([])
  })
})
