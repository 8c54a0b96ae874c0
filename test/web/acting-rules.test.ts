// Do the forms make what the rules accept, and does the browser's own look at the log see what was changed? Without a browser.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkContest } from '../../src/domain/scoring/contest-check.ts'
import type { ContestRule } from '../../src/domain/scoring/contest-rule.ts'
import { FORM_IDS as METHOD_IDS, PRICE_FORM_IDS, type PriceFormId } from '../../src/domain/scoring/methods.ts'
import { technicalScores } from '../../src/domain/scoring/quality.ts'
import { markedItems } from '../../src/domain/scoring/rule.ts'
import { checkRule } from '../../src/domain/scoring/rule-check.ts'
import { b64u } from '../../src/proof/bytes.ts'
import type { LogSource } from '../../src/proof/follow.ts'
import { signJws } from '../../src/proof/jws.ts'
import { seal } from '../../src/proof/seal.ts'
import { webPrimitives as P } from '../../src/proof/web-primitives.ts'
import { checkForBidding } from '../../web/log/bidding-check.ts'
import { LogFollower } from '../../web/log/follower.ts'
import { httpLog } from '../../web/log/http-log.ts'
import { markFault } from '../../web/marks.ts'
import {
  adviceOn,
  anyRuleOf,
  draftOf,
  fieldOf,
  formOf,
  freshForm,
  localOf,
  reasonsAgainst,
  ruleOf,
  utcOf,
} from '../../web/pages/agency/draft-form.ts'
import type { PriceForm } from '../../web/pages/agency/price-form.ts'
import { TEMPLATES, type TemplateId } from '../../web/pages/agency/templates.ts'
import {
  amountFrom,
  bytesOf,
  checkContent,
  MOST_BYTES,
  overCeiling,
  shareOf,
  technicalOf,
} from '../../web/pages/supplier/bid-content.ts'
import { cutOf } from '../../web/pages/tender/trimmed.ts'
import { makeWorld } from '../support/world.ts'

const NOW = Date.parse('2026-11-22T00:00:00Z')

describe('an officer’s form', () => {
  const filled = (template: TemplateId, method: (typeof METHOD_IDS)[number]) => ({
    ...freshForm(template, method, NOW),
    titleKo: '제목',
    titleEn: 'Title',
    summaryKo: '개요',
    summaryEn: 'Summary',
    budget: '100000000',
    evaluators: Array.from({ length: 7 }, (_, i) => `evaluator-${i + 1}`),
  })

  test('by negotiation has the pass marks that the agency asks for, and reads them back as they were', () => {
    const form = filled('services', 'negotiation-national-90-10')
    expect([form.passRatio, form.totalMark, ruleOf(form).totalPassMark]).toEqual(['85', '', undefined])
    const asked = { ...form, passRatio: '80', totalMark: '70' }
    const rule = ruleOf(asked)
    expect([rule.tech.passRatio, rule.totalPassMark]).toEqual(['0.8', '70'])
    const again = formOf(draftOf(asked))
    expect([again.passRatio, again.totalMark]).toEqual(['80', '70'])
    const wrong = reasonsAgainst({ ...asked, passRatio: '101', totalMark: 'many' }, NOW)
    expect(wrong.map(({ at }) => fieldOf(at)).sort()).toEqual(['draft-pass-ratio', 'draft-total-mark'])
  })

  test('by price makes a rule that can be published under every method, and is read back from its draft as it was', () => {
    for (const method of PRICE_FORM_IDS) {
      const fresh = freshForm('goods', method, NOW)
      const price = fresh.price as PriceForm
      const form = {
        ...fresh,
        ...{ titleKo: '제목', titleEn: 'Title', summaryKo: '개요', summaryEn: 'Summary', budget: '110000000' },
        price: {
          ...price,
          base: price.planned === 'prelim' ? '100000000' : '',
          ...(price.floor !== '' && {
            costs: [
              { item: '국민연금보험료', amount: '1000000' },
              { item: '안전관리비', amount: '500000' },
            ],
            net: { amount: '80000000', base: '100000000', share: '98', below: '' },
          }),
        },
      }
      expect([method, reasonsAgainst(form, NOW)]).toEqual([method, []])
      const draft = draftOf(form)
      expect(draftOf(formOf(draft)), method).toEqual(draft)
      const rule = draft.rule as ContestRule
      if (price.floor !== '')
        expect(rule.floor).toMatchObject({
          fixedCosts: [{ amount: '1000000' }, { item: '안전관리비' }],
          netCost: { amount: '80000000', share: '0.98', plannedBelow: null },
        })
    }
  })

  test('takes how an agency draws and rounds, parts added up, and the mark that a specification must reach', () => {
    const made = (method: PriceFormId, change: Partial<PriceForm>) => {
      const form = freshForm('goods', method, NOW)
      return anyRuleOf({ ...form, budget: '1000', price: { ...(form.price as PriceForm), ...change } }) as ContestRule
    }
    const drawn = { base: '1000', rounding: 'trunc', unit: '1', tie: 'lot', picksOf: 'valid' } as const
    expect(made('small-quotation', drawn).planned).toMatchObject(drawn)
    const parts = [
      { id: 'a', ko: '가', en: 'A', max: '60', bonus: false },
      { id: 'b', ko: '나', en: 'B', max: '2', bonus: true },
    ]
    const added = made('comprehensive', { parts, pricePoints: '40', passMark: '70', formula: 'LINEAR' })
    expect(added.comprehensive).toMatchObject({
      parts: [{ id: 'a', max: '60' }, { bonus: true }],
      pricePoints: 40,
      passMark: '70',
      price: { formula: 'LINEAR', reference: 'planned' },
    })
    expect(made('two-stage', { passRatio: '90' }).quality).toMatchObject({ maximum: '100', tech: { passRatio: '0.9' } })
    expect(made('framework-lowest', { winners: '3' }).winners).toBe(3)
    expect(checkContest(made('framework-lowest', { winners: 'x' }), null).ok).toBe(false)
  })

  test('takes other weights than the method is known by, and says so; grades and members as they are typed', () => {
    const form = { ...filled('services', 'negotiation-national-90-10'), tech: '85' }
    expect(reasonsAgainst(form, NOW)).toEqual([])
    expect(ruleOf(form).weights).toEqual({ tech: 85, price: 15 })
    expect(adviceOn(form).map((r) => r.code)).toContain('weights-differ-from-method')
    expect(adviceOn({ ...form, tech: '90' }).map((r) => r.code)).not.toContain('weights-differ-from-method')
    expect(adviceOn({ ...form, tech: '95' }).map((r) => r.code)).toContain('technology-above-90-points')
    expect(reasonsAgainst({ ...form, tech: '49' }, NOW).map((r) => r.code)).toContain('rule-figure-out-of-range')
    const typed = form.items.map((row) =>
      row.id === 'company-credit' ? { ...row, grades: 'A 100, B 95 %, C 70', members: 'sum' as const } : row,
    )
    const item = ruleOf({ ...form, items: typed }).items.find((one) => one.id === 'company-credit')
    expect(item).toMatchObject({
      members: 'sum',
      grades: [
        { grade: 'A', share: '1' },
        { grade: 'B', share: '0.95' },
        { grade: 'C', share: '0.7' },
      ],
    })
    const bad = form.items.map((row) => (row.id === 'company-credit' ? { ...row, grades: 'A 100, B x' } : row))
    expect(reasonsAgainst({ ...form, items: bad }, NOW).map((r) => r.at)).toContain('items/company-credit/grades')
  })

  test('is not fit to be published while it is empty, and names every reason once', () => {
    const reasons = reasonsAgainst(freshForm('services', 'negotiation-national-90-10', NOW), NOW)
    const said = reasons.map((reason) => `${reason.code} ${reason.at}`)
    expect(new Set(said).size).toBe(said.length)
    expect(reasons.map((reason) => reason.code)).toEqual(
      expect.arrayContaining(['text-missing', 'too-few-evaluators-to-trim', 'amount-malformed']),
    )
    expect(reasons.filter((reason) => reason.code.startsWith('amount-'))).toHaveLength(1)
  })

  for (const template of Object.keys(TEMPLATES) as TemplateId[]) {
    test(`with the items for ${template} makes a rule that every method accepts, and comes back as it was`, () => {
      for (const method of METHOD_IDS) {
        const form = filled(template, method)
        expect(checkRule(ruleOf(form), 7), method).toEqual({ ok: true })
        expect(reasonsAgainst(form, NOW), method).toEqual([])
        expect(draftOf(formOf(draftOf(form))), method).toEqual(draftOf(form))
      }
      for (const [method, weight] of [
        ['negotiation-national-90-10', '90'],
        ['negotiation-national-80-20', '80'],
        ['negotiation-national-70-30', '70'],
      ] as const) {
        expect(ruleOf(filled(template, method)).maximum).toBe(weight)
      }
    })
  }

  test('writes Korean time as UTC and back, for any second', () => {
    expect(utcOf('2026-11-30T14:00')).toBe('2026-11-30T05:00:00Z')
    expect(utcOf('2026-11-30T08:59:59')).toBe('2026-11-29T23:59:59Z')
    expect(utcOf('')).toBe('')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (second) => {
        const utc = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`
        expect(utcOf(localOf(utc))).toBe(utc)
      }),
    )
  })
})

describe('a bidder’s form', () => {
  test('refuses what cannot be sealed, with every reason', () => {
    const codes = (content: Parameters<typeof checkContent>[0]) => checkContent(content).map((reason) => reason.code)
    expect(codes({ summary: ' ', approach: '', amount: '0' })).toEqual([
      'bid-summary-missing',
      'bid-approach-missing',
      'bid-amount-wrong',
    ])
    for (const amount of ['', '-5', '1e9', '1.5', '0123', '9'.repeat(19)]) {
      expect(codes({ summary: 'a', approach: 'b', amount }), amount).toEqual(['bid-amount-wrong'])
    }
    expect(codes({ summary: 'a', approach: '가'.repeat(4000), amount: '1' })).toEqual(['bid-too-long'])
    expect(codes({ summary: 'a', approach: '\ud800', amount: '1' })).toEqual(['bid-too-long'])
  })

  test('reads amounts as people write them and holds them against budget and ceiling', () => {
    expect(amountFrom(' ₩98,000,000 원')).toBe('98000000')
    expect(shareOf('98765432', '100000000')).toBe('98.7')
    expect(overCeiling('100000001', '100000000')).toBe(true)
    expect(overCeiling('100000000', '100000000')).toBe(false)
    expect(overCeiling('', '100000000')).toBe(false)
  })

  test('lets no text through that would make the technical envelope larger than the others', async () => {
    const world = await worldOnce
    const no = await world.publish()
    const bidder = world.supplier(1)
    const { technical } = await bidder.keysets(no)
    const sizeOf = async (approach: string) => {
      const body = technicalOf({ summary: '요약', approach, amount: '1' })
      const { bytes } = await seal(P, technical, ({ ks, kc }) =>
        signJws(P, bidder.signer as NonNullable<typeof bidder.signer>, {
          ...{ typ: 'bid/1', tender: no, lot: '1', kind: 'technical', bidder: 'a'.repeat(64), ks, kc, seq: 999 },
          ...{ body, rnd: b64u(P.random(32)), att: [] },
        }),
      )
      return bytes.length
    }
    const room = MOST_BYTES - bytesOf({ summary: '요약', approach: '', amount: '1' })
    const longest = 'a'.repeat(room)
    expect(bytesOf({ summary: '요약', approach: longest, amount: '1' })).toBe(MOST_BYTES)
    expect(await sizeOf(longest)).toBe(await sizeOf('a'))
  })
})

describe('the tables of marks', () => {
  test('show as left out exactly those whom the scoring left out', () => {
    const rule = ruleOf({ ...freshForm('goods', 'negotiation-national-90-10', NOW), budget: '100000000' })
    const evaluators = Array.from({ length: 7 }, (_, i) => `E${i + 1}`)
    const marks = markedItems(rule).flatMap((item) =>
      evaluators.map((evaluator, i) => ({ evaluator, bidder: 'A', item: item.id, mark: String((i * 3) % 7) })),
    )
    const facts = (mode: 'evaluator' | 'item') => ({
      rule: { ...rule, tech: { ...rule.tech, trim: { ...rule.tech.trim, mode } } },
      evaluators,
      bidders: [{ id: 'A', technical: 'valid' as const }],
      marks: marks
        .filter((m) => markedItems(rule).find((i) => i.id === m.item)?.kind === 'qualitative')
        .map((m) => ({ ...m, mark: String(Math.min(5, Number(m.mark))) })),
      quantitative: markedItems(rule)
        .filter((i) => i.kind === 'quantitative')
        .map((i) => ({ bidder: 'A', item: i.id, mark: '3' })),
    })
    const whole = technicalScores(facts('evaluator'))
    // Of totals 0 3 5 2 5 1 4 times seven items, E1 is lowest, and E5 the last of the two highest.
    expect(whole.ok && cutOf(whole.value[0]?.steps ?? []).evaluators).toEqual(new Set(['E1', 'E5']))
    const single = technicalScores(facts('item'))
    const cut = single.ok ? cutOf(single.value[0]?.steps ?? []) : cutOf([])
    expect(cut.evaluators.size).toBe(0)
    expect(cut.cells).toContain('quality E1')
    expect(cut.cells.size).toBe((2 * facts('item').marks.length) / 7)
  })

  test('say what is wrong with a mark before it is sent', () => {
    expect(
      ['', '0', '10', '9.9999', '10.0001', '1.23456', '-1', '01', 'x'].map((typed) => markFault(typed, { max: '10' })),
    ).toEqual([null, null, null, null, 'over', 'malformed', 'malformed', 'malformed', 'malformed'])
  })
})

const worldOnce = makeWorld({ suppliers: 1 })

describe('the browser’s own look at the log', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  /** The world's log, with some answers changed. */
  const lying = (honest: LogSource, lie: (path: string, bytes: Uint8Array) => Uint8Array | null): LogSource => ({
    get: async (path) => {
      const answer = await honest.get(path)
      return answer === null ? null : lie(path, answer)
    },
  })

  test('finds a tender fit to be bid for, and goes on from where it was', async () => {
    const world = await worldOnce
    const no = await world.publish()
    const log = new LogFollower(P, httpLog(world.url), null)
    expect(await log.catchUp()).toBeNull()
    const found = await checkForBidding(P, log, no)
    expect(found.ok && found.value.ks).toEqual(
      Object.fromEntries((await world.view(no)).keysets.map((k) => [k.kind, k.ks])),
    )
    const later = await world.publish()
    expect(await log.catchUp()).toBeNull()
    expect((await checkForBidding(P, log, later)).ok).toBe(true)
    expect((await checkForBidding(P, log, 'R26BK99999999')).ok).toBe(false)

    const again = new LogFollower(P, httpLog(world.url), log.seen)
    expect(await again.catchUp()).toBeNull()
  })

  test('refuses a log that lost or changed what this browser saw, or that has another key', async () => {
    const world = await worldOnce
    const log = new LogFollower(P, httpLog(world.url), null)
    await log.catchUp()
    const seen = log.seen as NonNullable<typeof log.seen>
    for (const other of [
      { ...seen, root: b64u(P.random(32)) },
      { ...seen, size: seen.size + 1 },
      { ...seen, vkey: 'localhost/log+00000000+AAAA' },
    ]) {
      const fresh = new LogFollower(P, httpLog(world.url), other)
      expect(await fresh.catchUp()).toMatchObject({ check: 'log-changed' })
    }
  })

  test('refuses entries that the log did not sign, a note that nobody signed, and no policy', async () => {
    const world = await worldOnce
    const honest = httpLog(world.url)
    const flip = (data: Uint8Array, at: number) => {
      const copy = Uint8Array.from(data)
      copy[at] = (copy[at] ?? 0) ^ 1
      return copy
    }
    const first = async (lie: (path: string, data: Uint8Array) => Uint8Array | null) =>
      new LogFollower(P, lying(honest, lie), null).catchUp()
    expect(await first((path, data) => (path.startsWith('tile/') ? flip(data, data.length - 9) : data))).toMatchObject({
      check: expect.stringMatching(/^log\./),
    })
    const unsigned = (data: Uint8Array) => bytes(new TextDecoder().decode(data).replace(/\n[^\n]+\n$/, '\n— x AAAA\n'))
    expect(await first((path, data) => (path === 'checkpoint' ? unsigned(data) : data))).toMatchObject({
      check: expect.stringMatching(/^note\./),
    })
    expect(await first((path, data) => (path === 'policy' ? null : data))).toMatchObject({ check: 'policy' })
    expect(await first((_, data) => data)).toBeNull()
  })

  test('refuses to seal when any payload of the tender is other than logged, or is withheld', async () => {
    const world = await worldOnce
    const no = await world.publish()
    // Signed acts carry their words in the middle of a compact JWS.
    const wordsOf = (text: string) =>
      text.startsWith('{') ? text : Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()
    for (const member of ['"deadline"', '"ruleHash"', '"keyset/1"']) {
      for (const withheld of [true, false]) {
        const source = lying(httpLog(world.url), (path, data) => {
          const text = new TextDecoder().decode(data)
          const words = wordsOf(text)
          const concerned = path.startsWith('payload/') && words.includes(no) && words.includes(member)
          if (!concerned) return data
          return withheld ? null : bytes(`${text} `)
        })
        const log = new LogFollower(P, source, null)
        expect(await log.catchUp()).toBeNull()
        expect((await checkForBidding(P, log, no)).ok, `${member} ${withheld}`).toBe(false)
      }
    }
  })
})
