// Does everybody find the own acts in a log, and nobody those of others; and does an act that is not there yet stand as received?
import { describe, expect, test } from 'vitest'
import { type Oneself, ownEntries } from '../../../src/domain/record/own-entries.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, fromUtf8 } from '../../../src/proof/bytes.ts'
import { readLeaf } from '../../../src/proof/leaf.ts'
import { receiptRows } from '../../../web/pages/receipts/own-acts.ts'
import { forge, TENDER } from '../../support/forge.ts'

const log = await forge({})
const fetch = async (hex: string) => log.files.get(`payload/${hex}`) ?? null
const leaves = log.entries.map(readLeaf)
const leafOf = (typ: string) => {
  const index = leaves.findIndex((leaf) => leaf.typ === typ)
  const leaf = leaves[index]
  if (!leaf || 'c' in leaf) throw new Error(`the forged log has no ${typ}`)
  return { ...leaf, index }
}
const nobody: Oneself = { account: 'nobody', org: 'nowhere', kids: [], custodian: false, tenders: [], cs: [], hs: [] }
const found = async (who: Partial<Oneself>, source = fetch) =>
  (await ownEntries(P, log.entries, source, { ...nobody, ...who })).map(({ index, how, typ }) => [index, how, typ])

const award = leafOf('award/1')
const locked = leafOf('scores.locked/1')
const release = leafOf('release/1')
const sheetKid = JSON.parse(
  Buffer.from(
    /"sheets":\[\{[^}]*"jws":"(eyJ[\w-]+)\./.exec(
      fromUtf8(log.files.get(`payload/${Buffer.from(locked.h, 'base64url').toString('hex')}`) as Uint8Array),
    )?.[1] ?? '',
    'base64url',
  ).toString(),
).kid as string

describe('one’s own entries', () => {
  test('are none for somebody who did nothing, in whatever tender', async () => {
    expect(await found({ tenders: [TENDER], custodian: true })).toEqual([])
  })

  test('are those that an own key signed, former keys among them', async () => {
    expect(await found({ kids: ['A'.repeat(43), award.by] })).toContainEqual([award.index, 'whole', 'award/1'])
    expect(await found({ kids: ['A'.repeat(43)] })).toEqual([])
  })

  test('are those of a custodian’s keys for who acts for it, and for nobody else of the same name', async () => {
    const custodian = await found({ org: release.org, custodian: true })
    expect(custodian).toContainEqual([release.index, 'whole', 'release/1'])
    expect(await found({ org: release.org })).toEqual([])
  })

  test('are also those that hold the own signed sheet, in the tenders that one marks alone', async () => {
    expect(await found({ kids: [sheetKid], tenders: [TENDER] })).toContainEqual([
      locked.index,
      'inside',
      'scores.locked/1',
    ])
    const elsewhere = await found({ kids: [sheetKid], tenders: ['R26BK00000009'] })
    expect(elsewhere.map(([, how]) => how)).not.toContain('inside')
  })

  test('are none where what is served is not what the entry names', async () => {
    const other = async (hex: string) => {
      const bytes = await fetch(hex)
      return bytes && Uint8Array.from([...bytes, 0x20])
    }
    const spoilt = await found({ kids: [sheetKid], tenders: [TENDER] }, other)
    expect(spoilt.map(([, how]) => how)).not.toContain('inside')
  })

  test('are blinded ones by their receipt number', async () => {
    const act = log.sealedActs[0]!
    expect(await found({ cs: [act.c] })).toEqual([[act.index, 'sealed', 'sealed/1']])
  })
})

describe('the three states of an act', () => {
  const act = log.sealedActs[0]!
  const sealed = { tender: TENDER, kind: 'submission', seq: 1, at: '2027-01-02T00:00:00.000Z' } as const
  const own = () => ownEntries(P, log.entries, fetch, { ...nobody, cs: [act.c] })

  test('are received, entered, and witnessed once the policy’s witnesses have seen the head', async () => {
    const here = { ...sealed, c: act.c }
    const notYet = { ...sealed, seq: 2, c: b64u(P.sha256(new Uint8Array([1]))) }
    const states = async (witnessed: 'none' | { at: string } | null) =>
      receiptRows({ entries: await own(), witnessed }, [here, notYet], []).map(({ what, state, index }) => [
        what,
        state,
        index,
      ])
    const at = { at: '2027-01-02T00:00:01Z' }
    expect(await states(at)).toEqual([
      ['bid', 'witnessed', act.index],
      ['replacement', 'received', null],
    ])
    expect((await states('none'))[0]).toEqual(['bid', 'entered', act.index])
    expect((await states(null))[0]).toEqual(['bid', 'entered', act.index])
  })

  test('of a statement that waits for somebody else’s act is received, and stands once when the log has it', () => {
    const mine = { h: award.h, c: null, typ: 'award/1', ref: TENDER, account: 'a', at: '2027-01-01T00:00:00Z' }
    const rows = (entries: Parameters<typeof receiptRows>[0]['entries']) =>
      receiptRows({ entries, witnessed: 'none' }, [], [mine]).map(({ what, state, index }) => [what, state, index])
    expect(rows([])).toEqual([['award', 'received', null]])
    const entry = { index: award.index, how: 'whole', typ: award.typ, ref: TENDER, at: award.at, of: award.h } as const
    expect(rows([entry])).toEqual([['award', 'entered', award.index]])
  })
})
