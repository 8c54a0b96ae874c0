// Which awards by price does the explanation page work out? Real openings and one tie, small enough to follow with a pencil.
import type { ContestFacts } from './contest-facts.ts'
import { contestRule } from './contest-methods.ts'
import type { Bilingual } from './rule.ts'

export interface Example {
  title: Bilingual
  says: Bilingual
  facts: ContestFacts
}

const WON = { base: '404282000', budget: '450000000', currency: 'KRW' }
const PRICES = [
  '409780300',
  '408587700',
  '400930600',
  '405745600',
  '407184800',
  '402782200',
  '399394300',
  '397482000',
  '406659200',
  '401941300',
  '396928200',
  '410625200',
  '399774300',
  '411644000',
  '404419500',
]

const works = contestRule('qualification-works-3-2026', { base: '1', budget: '1', currency: 'KRW' })
const full = (...bidders: string[]) => bidders.map((bidder) => ({ bidder, part: 'ability', score: '20' }))

/** Figures of the openings are official; names, and the amounts of the first example, are made up. */
export const EXAMPLES: readonly Example[] = [
  {
    title: { ko: '복수예비가격으로 정하는 예정가격', en: 'A planned price from fifteen preliminary prices' },
    says: {
      ko: '다섯 입찰자가 번호를 둘씩 골라 8, 12, 4, 6번이 추첨되었습니다(2025년 실제 개찰의 예비가격과 번호).',
      en: 'Five bidders pick two numbers each; 8, 12, 4 and 6 are drawn (prices and picks of a real opening of 2025).',
    },
    facts: {
      rule: { ...contestRule('small-quotation', WON), leastBids: 1 },
      bidders: [
        { id: 'A', price: 'valid', amount: '356000000', picks: [8, 12] },
        { id: 'B', price: 'valid', amount: '356500000', picks: [8, 12] },
        { id: 'C', price: 'valid', amount: '357000000', picks: [8, 4] },
        { id: 'D', price: 'valid', amount: '355000000', picks: [6, 10] },
        { id: 'E', price: 'valid', amount: '405000000', picks: [13, 15] },
      ],
      prelim: { prices: PRICES },
    },
  },
  {
    title: { ko: '적격심사와 A값', en: 'Qualification examination with fixed costs' },
    says: {
      ko: '1원 차이로 비율이 0.8975에서 0.8974가 되어 94.8점으로 떨어집니다(2026년 실제 공사 개찰의 예정가격과 A값).',
      en: 'One won less and the ratio is 0.8974: 94.8 points fail (planned price and fixed costs of a real works opening of 2026).',
    },
    facts: {
      rule: {
        ...works,
        planned: { how: 'single', amount: '542603425' },
        floor: { rate: '0.89745', fixedCosts: [{ item: 'A', amount: '34250535' }] },
      },
      bidders: [
        { id: 'A', price: 'valid', amount: '490472060' },
        { id: 'B', price: 'valid', amount: '490471837' },
        { id: 'C', price: 'valid', amount: '490471836' },
        { id: 'D', price: 'valid', amount: '520000000' },
      ],
      scores: full('A', 'B', 'C', 'D'),
    },
  },
  {
    title: { ko: '동가', en: 'A tie on price' },
    says: {
      ko: '먼저 낸 쪽이 이기지 않습니다. 공개 추첨까지 함께 1순위입니다.',
      en: 'Nobody wins by having bid earlier: both are first until the public lot.',
    },
    facts: {
      rule: {
        ...contestRule('lowest-price-with-floor', WON),
        planned: { how: 'single', amount: '10096225' },
        floor: { rate: '0.87745' },
      },
      bidders: [
        { id: 'A', price: 'valid', amount: '8860000' },
        { id: 'B', price: 'valid', amount: '8860000' },
        { id: 'C', price: 'valid', amount: '8870000' },
      ],
    },
  },
]
