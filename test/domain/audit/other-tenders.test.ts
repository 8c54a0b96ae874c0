// Does the audit also judge tenders that do not go the usual way: malformed bids, ties, prices of the qualified only, witnesses?
import { describe, expect, test } from 'vitest'
import { audit, type Check } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { sortedEids } from '../../../src/domain/record/opening.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, utf8 } from '../../../src/proof/bytes.ts'
import { checkpointText, cosign, readNote, signNote, vkeyOf } from '../../../src/proof/note.ts'
import { leafHash, rootOf } from '../../../src/proof/tree.ts'
import {
  BIDDERS,
  DEADLINE,
  type Edit,
  type Forge,
  forge,
  LOG_SEED,
  ORIGIN,
  policyOf,
  RULE,
  TENDER,
} from '../../support/forge.ts'

const auditOf = async (log: Forge, policy: string | null = null): Promise<Check[]> =>
  audit(P, await gather(log.source(), policy), TENDER)
const failed = (checks: Check[]): string[] => checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
const verdict = (checks: Check[], name: string): string => checks.find((c) => c.check === name)?.verdict ?? ''
const says = (checks: Check[], name: string): string => checks.find((c) => c.check === name)?.says.en ?? ''

describe('a malformed envelope', () => {
  test('called valid by the record fails the opening', async () => {
    const log = await forge({
      malformed: ['bidder-4 technical'],
      payload: {
        'opening.result/1': (p) => {
          const [row] = p.results
          if (row?.state === 'malformed') Object.assign(row, { state: 'valid', reason: null, body: { approach: 'x' } })
        },
      },
      steps: (s) => s.slice(0, 9),
    })
    expect(failed(await auditOf(log))).toEqual(['envelopes-technical'])
  })

  test('takes its bidder out of labels, scores and price opening, and everything else stands', async () => {
    const log = await forge({ malformed: ['bidder-4 technical'] })
    const checks = await auditOf(log)
    expect(failed(checks)).toEqual([])
    expect(says(checks, 'envelopes-technical')).toContain('5 valid, 1 not')
    expect(says(checks, 'opening-list-price')).toContain('5 price envelopes')
  })

  test('of a price leaves its bidder without a rank', async () => {
    const checks = await auditOf(await forge({ malformed: ['bidder-1 price'] }))
    expect(failed(checks)).toEqual([])
    expect(says(checks, 'award')).toContain('bidder-2')
  })
})

describe('where only prices of the qualified are opened', () => {
  const rule = { ...RULE, openPrices: 'qualified' as const, price: { ...RULE.price, lowestAmong: 'eligible' as const } }

  test('a price of somebody below the pass mark on the list fails it', async () => {
    const edit: Edit = {
      rule,
      payload: {
        'opening.list/1': (p, { nth, forge: f }) => {
          if (nth === 1) p.eids = sortedEids([...p.eids, f.effective.get('bidder-6')!.price])
        },
      },
      steps: (s) => s.slice(0, 11),
    }
    expect(failed(await auditOf(await forge(edit)))).toEqual(['opening-list-price'])
  })

  test('the four who passed are opened and ranked, the others keep their price to themselves', async () => {
    const checks = await auditOf(await forge({ rule }))
    expect(failed(checks)).toEqual([])
    expect(says(checks, 'opening-list-price')).toContain('4 price envelopes')
  })
})

describe('the evaluators’ behaviour', () => {
  test('told otherwise than their marks say fails the ranking; not told at all, in an older record, does not', async () => {
    const told = (change: (b: { correlation: string | null }) => void) =>
      forge({
        payload: { 'evaluation.result/1': (p) => change(p.behaviour as unknown as { correlation: string | null }) },
        steps: (s) => s.slice(0, -1),
      })
    const lied = await auditOf(
      await told((b) => {
        b.correlation = '0.9999'
      }),
    )
    expect(failed(lied)).toEqual(['ranking'])
    expect(says(lied, 'ranking')).toContain('not what their marks give')
    const older = await forge({
      payload: {
        'evaluation.result/1': (p) => {
          delete p.behaviour
        },
      },
      steps: (s) => s.slice(0, -1),
    })
    expect(failed(await auditOf(older))).toEqual([])
  })
})

describe('a tie that reaches the lot', () => {
  // Two bidders alike in everything that the rule looks at.
  const bidders = BIDDERS.map((b) => (b.id === 'bidder-2' ? { ...BIDDERS[0]!, id: 'bidder-2' } : b))

  test('is settled by the public draw', async () => {
    // Envelopes are sealed anew each time, so either of the two may be drawn: the audit must agree with whichever it was.
    const log = await forge({ bidders })
    expect(JSON.stringify(log.ranking().rows[0]?.steps)).toContain('lot drawn')
    const checks = await auditOf(log)
    expect(failed(checks)).toEqual([])
    expect(says(checks, 'award')).toMatch(/bidder-[12]/)
  })

  test('awarded against the draw fails', async () => {
    const log = await forge({
      bidders,
      payload: {
        'award/1': (p) => {
          p.bidder = p.bidder === 'bidder-1' ? 'bidder-2' : 'bidder-1'
        },
      },
    })
    expect(failed(await auditOf(log))).toEqual(['award'])
  })

  test('published as joint, announced and drawn in entries of its own, is right', async () => {
    const checks = await auditOf(await forge({ bidders, drawn: true }))
    expect(failed(checks)).toEqual([])
    expect(says(checks, 'ranking')).toContain('the lot drawn again')
    expect(says(checks, 'award')).toMatch(/bidder-[12]/)
  })

  const lies: [string, Edit['payload'], RegExp][] = [
    [
      'a seed of its own',
      { 'draw.result/1': (p) => Object.assign(p, { seed: b64u(P.sha256(utf8('mine'))) }) },
      /drawn again is not/,
    ],
    ['another closing entry', { 'draw.result/1': (p) => void p.closing++ }, /drawn again is not/],
    ['tickets turned around', { 'draw.result/1': (p) => void p.tickets.reverse() }, /drawn again is not/],
    ['an envelope left out', { 'draw.result/1': (p) => void p.contributions.pop() }, /drawn again is not/],
    [
      'another purpose',
      { 'draw.result/1': (p) => Object.assign(p, { purpose: `${p.purpose} again` }) },
      /drawn again is not/,
    ],
    [
      'a ranking that the lot does not give',
      {
        'draw.result/1': (p) => {
          const { rows } = p.ranking as unknown as { rows: { rank: number }[] }
          const [a, b] = rows as [{ rank: number }, { rank: number }]
          ;[a.rank, b.rank] = [b.rank, a.rank]
        },
      },
      /not the one that the lot gives/,
    ],
    ['an announcement for others', { 'draw.notice/1': (p) => void p.ids.pop() }, /announced for others/],
  ]

  test.each(lies)('drawn with %s fails', async (_, payload, words) => {
    const checks = await auditOf(await forge({ bidders, drawn: true, payload, steps: (s) => s.slice(0, -1) }))
    expect(failed(checks)).toEqual(['ranking'])
    expect(says(checks, 'ranking')).toMatch(words)
  })

  test('left pending is a right ranking, but nobody can be awarded by it', async () => {
    const log = await forge({ bidders, lotPending: true, steps: (s) => s.slice(0, -1) })
    expect(log.ranking().order[0]).toEqual(['bidder-1', 'bidder-2'])
    const checks = await auditOf(log)
    expect(verdict(checks, 'ranking')).toBe('ok')
    expect(says(checks, 'award')).toBe('Not there yet.')
    const awarded = await forge({ bidders, lotPending: true })
    expect(failed(await auditOf(awarded))).toEqual(['award'])
  })
})

describe('witnesses', () => {
  const seed = P.sha256(utf8('witness'))
  const policy = policyOf(LOG_SEED).replace(
    'quorum none',
    `witness w1 ${vkeyOf(P, 'witness.example/1', P.ed25519PublicKey(seed), 4)}\nquorum w1`,
  )
  /** A log that stops at its close, cosigned at a time after the deadline. */
  async function witnessed(secondsAfter: number | null): Promise<Forge> {
    const log = await forge({ steps: (s) => s.slice(0, 5) })
    const note = new TextDecoder().decode(log.files.get('checkpoint'))
    if (secondsAfter !== null) {
      const time = Date.parse(DEADLINE) / 1000 + secondsAfter
      log.files.set('checkpoint', utf8(note + (await cosign(P, 'witness.example/1', seed, readNote(note).text, time))))
    }
    return log
  }

  test('who did not sign fail the checkpoint', async () => {
    expect(failed(await auditOf(await witnessed(null), policy))).toEqual(['checkpoint'])
  })

  test('who saw the close within two minutes vouch for its time', async () => {
    expect(verdict(await auditOf(await witnessed(90), policy), 'closing-time')).toBe('ok')
  })

  test('who signed this checkpoint much later say nothing of when the close was first seen', async () => {
    expect(verdict(await auditOf(await witnessed(600), policy), 'closing-time')).toBe('not checkable')
  })

  test('who had seen the close before the deadline convict the log', async () => {
    expect(failed(await auditOf(await witnessed(-1), policy))).toEqual(['closing-time'])
  })

  describe('and the first checkpoint over the close, beside a newest one of much later', () => {
    /** `first` seconds after the deadline the quorum saw the tree of `size` entries, of this log or of another. */
    async function withFirst(first: number, size?: number, change: (note: string) => string = (note) => note) {
      const log = await witnessed(600)
      const n = size ?? log.entries.length
      const root = rootOf(
        P,
        log.entries.slice(0, n).map((entry) => leafHash(P, entry)),
      )
      const origin = ORIGIN
      const note = await signNote(P, origin, LOG_SEED, checkpointText({ origin, size: n, root }))
      const time = Date.parse(DEADLINE) / 1000 + first
      const whole = note + (await cosign(P, 'witness.example/1', seed, readNote(note).text, time))
      log.files.set(`covering/${log.closing}`, utf8(change(whole)))
      return auditOf(log, policy)
    }

    test('vouches for a close in time, and names the time', async () => {
      const checks = await withFirst(120)
      expect(verdict(checks, 'closing-time')).toBe('ok')
      expect(says(checks, 'closing-time')).toMatch(/^Witnesses saw the close within the time allowed: at \d{4}-/)
    })

    test('convicts a close that witnesses saw too early, or first saw too late', async () => {
      expect(failed(await withFirst(-1))).toEqual(['closing-time'])
      expect(failed(await withFirst(121))).toEqual(['closing-time'])
    })

    test('fails when it does not cover the close, is of another log, or lacks the witness', async () => {
      const { closing } = await witnessed(600)
      for (const checks of [
        await withFirst(60, closing),
        await withFirst(60, undefined, (note) => note.replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) + 1}\n`)),
        await withFirst(60, undefined, (note) => note.slice(0, note.indexOf('— witness'))),
        await withFirst(60, undefined, () => 'no note'),
      ]) {
        expect(failed(checks)).toEqual(['closing-time'])
        expect(says(checks, 'closing-time')).toContain('does not hold')
      }
    })
  })
})

test('an award rule is held to the hash that was published, whatever else agrees', async () => {
  const log = await forge({
    payload: {
      'tender.notice/1': (p) => {
        p.ruleHash = b64u(P.sha256(utf8('another rule')))
      },
    },
  })
  expect(failed(await auditOf(log))).toEqual(['notice'])
})
