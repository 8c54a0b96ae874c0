// Would a custodian turn its key? The reasons in the log against a release, for each way in which a server may lie, and in its right moment none.
import { describe, expect, test } from 'vitest'
import { releaseBlockers } from '../../../src/domain/record/blockers.ts'
import { keyInForce, keysInForce } from '../../../src/domain/record/keyring.ts'
import { sortedEids } from '../../../src/domain/record/opening.ts'
import { readRecord } from '../../../src/domain/record/read.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import {
  CUSTODIANS,
  type Edit,
  type Forge,
  forge,
  keyOf,
  STEPS,
  type Step,
  TENDER,
  WITHDRAWN,
} from '../../support/forge.ts'

const upTo = (last: Step) => (steps: Step[]) => steps.slice(0, STEPS.indexOf(last) + 1)

const recordOf = async (log: Forge) =>
  readRecord(P, log.entries, async (hex) => log.files.get(`payload/${hex}`) ?? null, TENDER)

async function blockers(kind: 'technical' | 'price', edit: Edit): Promise<string> {
  const log = await forge({ steps: upTo(kind === 'technical' ? 'list technical' : 'list price'), ...edit })
  return releaseBlockers(await recordOf(log), kind)
    .map((f) => f.says.en)
    .join(' ')
}

const firstList = (change: (eids: string[], forge: Forge) => string[]): Edit['payload'] => ({
  'opening.list/1': (p, { nth, forge: f }) => {
    if (nth === 0) p.eids = change(p.eids, f)
  },
})
const envelopeOf = (log: Forge, bidder: string, kind: 'technical' | 'price'): string => {
  const all = [...log.envelopes.values()].filter((e) => e.bid.bidder === bidder)
  return all[kind === 'technical' ? 0 : 1]!.bid.eid
}

describe('no technical key turns', () => {
  test.each<[string, Edit, RegExp]>([
    [
      'before the close is in the log',
      { steps: (s) => s.filter((x) => x !== 'closed' && x !== 'reveal').slice(0, 5) },
      /tender\.closed\/1 is not in the log/,
    ],
    [
      'before the sealed entries are named',
      { steps: (s) => upTo('list technical')(s).filter((x) => x !== 'reveal') },
      /not named/,
    ],
    ['without an opening list', { steps: upTo('reveal') }, /no opening list/],
    [
      'for a withdrawn bid',
      { payload: firstList((eids, f) => sortedEids([...eids, envelopeOf(f, WITHDRAWN, 'technical')])) },
      /no bid that counts/,
    ],
    [
      'for a replaced bid',
      { payload: firstList((eids, f) => sortedEids([...eids, envelopeOf(f, 'bidder-2', 'technical')])) },
      /no bid that counts/,
    ],
    [
      'for a price envelope on the technical list',
      { payload: firstList((eids, f) => sortedEids([...eids, envelopeOf(f, 'bidder-1', 'price')])) },
      /no bid that counts/,
    ],
    ['when a bidder is left out', { payload: firstList((eids) => eids.slice(1)) }, /missing from the list/],
    [
      'when the list names another keyset',
      {
        payload: {
          'opening.list/1': (p) => {
            p.ks = `${p.ks.slice(0, -2)}AA`
          },
        },
      },
      /no opening list/,
    ],
    [
      'when an act on the closing list has another content',
      {
        payload: {
          'opening.reveal/1': (p) => {
            p.acts[0]!.jws = 'cover'
          },
        },
      },
      /not what was sealed/,
    ],
    [
      'when the closing list miscounts',
      {
        payload: {
          'tender.closed/1': (p) => {
            p.count++
          },
        },
      },
      /closing entry says/,
    ],
    [
      'when somebody else signed the keyset',
      { signer: { 'keyset/1': (s, { nth }) => (nth === 1 ? keyOf('other-officer').signer : s) } },
      /not signed by a key of the buying organisation/,
    ],
    [
      'when the tender was cancelled',
      {
        before: {
          'list technical': (f) => f.cancel(),
        },
      },
      /has ended/,
    ],
  ])('%s', async (_when, edit, why) => {
    expect(await blockers('technical', edit)).toMatch(why)
  })
})

describe('no price key turns', () => {
  const early: Edit = {
    steps: (s) => [...upTo('result technical')(s), 'list price', 'locked'],
  }
  test.each<[string, Edit, RegExp]>([
    [
      'before the scores are locked',
      { steps: (s) => [...upTo('result technical')(s), 'list price'] },
      /scores\.locked\/1 is not in the log/,
    ],
    ['for a list that was made before the scores were locked', early, /came after the opening list/],
    [
      'when a mark of an evaluator is missing',
      {
        payload: {
          'scores.locked/1': (p) => {
            p.marks.pop()
          },
        },
      },
      /marks of evaluator E7 are missing/,
    ],
    [
      'when a proposal was not marked at all',
      {
        payload: {
          'scores.locked/1': (p) => {
            p.labels.pop()
          },
        },
      },
      /not those whose technical envelopes opened/,
    ],
    [
      'when two proposals share a label',
      {
        payload: {
          'scores.locked/1': (p) => {
            p.labels[1]!.label = p.labels[0]!.label
          },
        },
      },
      /not those whose technical envelopes opened/,
    ],
  ])('%s', async (_when, edit, why) => {
    expect(await blockers('price', edit)).toMatch(why)
  })
})

describe('in an honest log', () => {
  test('nothing stands against the technical keys after their list, nor against the price keys after theirs', async () => {
    expect(await blockers('technical', {})).toBe('')
    expect(await blockers('price', {})).toBe('')
  })

  test("a bidder's own slip does not hold up the opening", async () => {
    const slip: Edit = {
      signer: { 'submission/1': (s, { nth }) => (nth === 0 ? keyOf('key of bidder-5').signer : s) },
      payload: firstList((eids, f) => eids.filter((e) => e !== envelopeOf(f, 'bidder-1', 'technical'))),
    }
    expect(await blockers('technical', slip)).toBe('')
  })
})

describe('a key in force', () => {
  const key = (index: number, kid: string, replaces: string | null = null) => ({
    index,
    kid,
    id: 'a',
    org: 'A',
    jwk: keyOf(kid).jwk,
    replaces,
    revoked: null,
  })
  const ring = [key(2, 'old'), key(8, 'new', 'old')]

  test('counts from behind its entry up to the entry that replaces it', () => {
    const at = (index: number) => keysInForce(ring, 'A', index).map((k) => k.kid)
    expect([at(2), at(3), at(8), at(9)]).toEqual([[], ['old'], ['old'], ['new']])
  })

  test('is of its own organisation only', () => {
    expect(keyInForce(ring, 'B', 'old', 5)).toBeNull()
    expect(keyInForce(ring, 'A', 'old', 5)?.kid).toBe('old')
  })
})

describe("a custodian's identity", () => {
  const [id = ''] = CUSTODIANS
  const successor = keyOf('successor')
  const rotation = (signedBy: string): Edit => ({
    before: {
      notice: async (f) => {
        const payload = {
          id,
          org: id,
          jwk: successor.jwk,
          from: '2026-03-01T00:00:00Z',
          replaces: keyOf(id).signer.kid,
        }
        await f.logSigned('custodian.identity/1', keyOf(signedBy), id, payload, '-')
      },
    },
    steps: upTo('notice'),
  })

  test('is not taken over by a key that names itself the successor', async () => {
    const r = await recordOf(await forge(rotation('successor')))
    expect(r.findings.map((f) => f.check)).toContain('keys')
    expect(keysInForce(r.ring.identities, id, 99).map((k) => k.kid)).toEqual([keyOf(id).signer.kid])
  })

  test('passes to the key that the old one signed for', async () => {
    const r = await recordOf(await forge(rotation(id)))
    expect(r.findings.filter((f) => f.check === 'keys')).toEqual([])
    expect(keysInForce(r.ring.identities, id, 99).map((k) => k.kid)).toEqual([successor.signer.kid])
  })
})
