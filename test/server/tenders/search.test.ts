// Does the search of tenders find what is there, and count right what each filter would leave?
import { describe, expect, test } from 'vitest'
import { type Called, call } from '../../../src/api/client.ts'
import { listTenders } from '../../../src/api/tenders.ts'
import { secondsZ } from '../../../src/domain/kit/time.ts'
import { makeWorld } from '../../support/world.ts'

const world = await makeWorld({ suppliers: 0 })

async function publish(ko: string, en: string, hours: number, method = 'negotiation-national-90-10'): Promise<string> {
  const draft = world.draftOf({ seconds: hours * 3600 })
  const amount = String(hours * 1_000_000)
  return world.publish({
    ...draft,
    notice: { ...draft.notice, title: { ko, en }, method, budget: { amount, currency: 'KRW' } },
  })
}

const road = await publish('도로 포장 공사 (2구간)', 'Road paving, section 2', 48)
const soft = await publish('정보시스템 통합유지보수', 'System maintenance 100%', 24)
const park = await publish('공원조성 설계', 'Park design', 72, 'quality-price-ratio')
const hidden = await world.draft({
  ...world.draftOf(),
  notice: { ...world.draftOf().notice, title: { ko: '도로 비밀', en: 'Road secret' } },
})

type Query = NonNullable<Parameters<typeof call<typeof listTenders>>[2]['query']>
async function ask(query: Query, token: string | null = null) {
  const answer: Called<typeof listTenders> = await call(world.url, listTenders, { query, token })
  if (!answer.ok) throw new Error(answer.text)
  return answer.body
}
const found = async (query: Query, token?: string) => (await ask(query, token)).tenders.map((one) => one.no)

describe('the search of tenders', () => {
  test('never shows a draft to a stranger, nor counts it', async () => {
    expect(await found({ text: '비밀' })).toEqual([])
    expect(await found({ text: '비밀' }, world.stranger.token)).toEqual([])
    expect((await ask({})).facets.status).toEqual([{ id: 'open', n: 3 }])
    expect(await found({ text: '비밀' }, world.officer.token)).toEqual([hidden])
  })

  test('takes wildcards for the characters that they are', async () => {
    expect(await found({ text: '%' })).toEqual([soft])
    expect(await found({ text: '_' })).toEqual([])
    expect(await found({ text: '\\' })).toEqual([])
  })

  test.each([
    ['도로포장', 'without the spaces of the title'],
    ['도로 포장', 'with other spaces'],
    ['포장 도로', 'in another order'],
    ['ROAD 2구간', 'in two languages and any case'],
    ['도로포장'.normalize('NFD'), 'in decomposed letters, as some systems send them'],
  ])('finds the road by %s: %s', async (text) => {
    expect(await found({ text })).toEqual([road])
  })

  test('finds a notice by its number, with and without its revision', async () => {
    expect(await found({ text: park })).toEqual([park])
    expect(await found({ text: `${park}-000` })).toEqual([park])
    expect(await found({ text: park.slice(-4) })).toEqual([park])
  })

  test('asks for every word', async () => {
    expect(await found({ text: '도로 공원' })).toEqual([])
  })

  test('finds by the name of the agency', async () => {
    expect(await found({ text: 'gaon-city' })).toHaveLength(3)
  })

  test('orders by what closes first, by budget, by publication', async () => {
    expect(await found({})).toEqual([soft, road, park])
    expect(await found({ sort: 'opening' })).toEqual([soft, road, park])
    expect(await found({ sort: 'budget' })).toEqual([park, road, soft])
    expect(await found({ sort: 'newest' })).toEqual([park, soft, road])
  })

  test('finds what opens within a time, the end excluded', async () => {
    const { deadline } = await world.view(road)
    const before = secondsZ(Date.parse(deadline) - 1000)
    expect(await found({ opensFrom: deadline })).toEqual([road, park])
    expect(await found({ opensBefore: deadline })).toEqual([soft])
    expect(await found({ opensFrom: before, opensBefore: deadline })).toEqual([])
  })

  test('counts each filter under the other ones and the words, not under itself', async () => {
    const { facets, total } = await ask({ method: 'quality-price-ratio' })
    expect(total).toBe(1)
    expect(facets.method).toEqual([
      { id: 'negotiation-national-90-10', n: 2 },
      { id: 'quality-price-ratio', n: 1 },
    ])
    expect(facets.status).toEqual([{ id: 'open', n: 1 }])
    expect(facets.agency).toEqual([{ id: 'gaon-city', name: { ko: 'gaon-city (가상)', en: 'gaon-city' }, n: 1 }])
  })

  test('pages through all of them, each once', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => ask({ page, per: 1 })))
    expect(pages.map((one) => one.tenders.map((t) => t.no))).toEqual([[soft], [road], [park], []])
    expect(pages.map((one) => one.total)).toEqual([3, 3, 3, 3])
  })

  test('refuses an order and a status that there is not', async () => {
    for (const query of ['sort=price', 'status=published', 'opensFrom=today']) {
      const reply = await fetch(`${world.url}/api/v1/tenders?${query}`)
      expect([query, reply.status]).toEqual([query, 400])
    }
  })
})
