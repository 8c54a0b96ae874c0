// Does `madang award` decide from files, as a real process: by what it prints and by its exit code?
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { awardSchemas } from '../../src/api/award-files.ts'
import { runProgram, tempDir } from '../support/processes.ts'

async function madang(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const program = runProgram('scripts/madang.mjs', ['award', ...args])
  const { code } = await program.exit
  return { code, out: program.stdout(), err: program.stderr() }
}

let folder = ''
const file = (name: string) => join(folder, name)
const put = (name: string, value: unknown) => {
  const isRaw = typeof value === 'string' || value instanceof Uint8Array
  writeFileSync(file(name), isRaw ? value : JSON.stringify(value))
  return file(name)
}

/** A file in an encoding of one byte a letter. */
const bytes = (name: string, text: string) => {
  writeFileSync(file(name), Buffer.from(text, 'latin1'))
  return file(name)
}

/** A worked example as the two files that an agency would write. */
function example(name: string): {
  rule: string
  facts: string
  ruleIs: Record<string, unknown>
  factsAre: Record<string, unknown>
} {
  const vector = JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'))
  const { rule, ...facts } = vector.facts
  const id = name.replace('/', '-')
  return { rule: put(`${id}.rule.json`, rule), facts: put(`${id}.facts.json`, facts), ruleIs: rule, factsAre: facts }
}

beforeAll(() => {
  folder = tempDir('award')
})

describe('madang award', () => {
  test('prints the official ranking and, asked to explain, the working and rounding of every figure', async () => {
    const { rule, facts } = example('award/official-negotiation')
    const { code, out } = await madang(rule, facts, '--explain', '--lang', 'en')
    expect(code).toBe(0)
    expect(out).toMatch(/^ruleHash [\w-]{43}$/m)
    expect(out).toMatch(/^1 +B1 +100,111,000 +81.5 +9.5894 +91.0894 +yes$/m)
    expect(out).toMatch(/^5 +B5 +96,000,000 .* no +below the pass mark$/m)
    expect(out).toContain('Price score: 10 × 96,000,000 ÷ 98,000,000 = 9.795918… → 9.7959  [half up, 4 decimals kept]')
    expect(out).toContain('first in line: B1')
  })

  test('gives the same figures as JSON, with the hash, the warnings and the evaluators’ behaviour', async () => {
    const { rule, facts } = example('award/seven-evaluators')
    const { code, out } = await madang(rule, facts, '--json')
    const answer = JSON.parse(out)
    expect(code).toBe(0)
    expect(answer).toMatchObject({ ok: true, decision: { kind: 'NEGOTIATION', behaviour: { limit: '10' } } })
    expect(answer.decision.ranking.rows[0].rawTechnical).toBe('77.8')
  })

  test('decides a works tender by price, in Korean, with planned price and floor above the list', async () => {
    const { rule, facts } = example('contest/planned-pps-five-bidders')
    const { code, out } = await madang(rule, facts, '--lang', 'ko')
    expect(code).toBe(0)
    expect(out).toContain(
      '예정가격: (397,482,000 + 410,625,200 + 405,745,600 + 402,782,200) ÷ 4 = 404,158,750  [원 미만 올림]',
    )
    expect(out).toContain('낙찰하한선 미달')
    expect(out).toContain('낙찰 대상: A')
  })

  test('names joint bidders until a public lot', async () => {
    const { rule, facts } = example('contest/tie-on-price')
    const { out } = await madang(rule, facts, '--lang', 'en')
    expect(out).toMatch(/^1= +early/m)
    expect(out).toContain('joint until a public lot: early, late')
    expect(out).not.toContain('first in line')
  })

  test('refuses with exit code 1 and every reason', async () => {
    const { rule, factsAre } = example('award/seven-evaluators')
    const marks = (factsAre.marks as { mark: string }[])
      .map((m, n) => (n === 0 ? { ...m, mark: '-1' } : m))
      .slice(0, -1)
    const bad = put('bad.facts.json', { ...factsAre, marks })
    const { code, err } = await madang(rule, bad, '--lang', 'en')
    expect(code).toBe(1)
    expect(err).toMatch(/Item \S+ of \S+: the mark -1 is below zero\. \[mark-negative\]/)
    expect((await madang(rule, bad, '--lang', 'ko')).err).toMatch(/점수가 0보다 작습니다: -1 \[mark-negative\]/)
    expect(err).toContain('mark-missing')
    const json = await madang(rule, bad, '--json')
    expect(json.code).toBe(1)
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      reasons: [{ code: 'mark-negative' }, { code: 'mark-missing' }],
    })
  })

  test('refuses with exit code 2 files that are not there, no JSON or of another shape, and names file and place', async () => {
    const { rule, facts, ruleIs } = example('contest/rate-is-cut')
    const cases: [string[], RegExp][] = [
      [[file('none.json'), facts], /none\.json cannot be read: ENOENT/],
      [[put('text.json', 'hello'), facts], /text\.json is not JSON that can be used: /],
      [[put('extra.json', { ...ruleIs, secret: 1 }), facts], /extra\.json has not the shape.*secret/],
      [[put('float.json', { ...ruleIs, dp: '0' }), facts], /float\.json has not the shape it must have: dp: /],
      [[put('kind.json', { ...ruleIs, kind: 'lowest' }), facts], /kind\.json has not the shape it must have: kind: /],
      [[put('list.json', []), facts], /list\.json has not the shape/],
      [[put('empty.json', ' \n'), facts], /empty\.json is empty/],
      [
        [put('twice.json', `{"kind":"AUCTION",${JSON.stringify(ruleIs).slice(1)}`), facts],
        /twice\.json .* second member "kind"/,
      ],
      [
        [bytes('cp949.json', JSON.stringify(ruleIs).replace('{', '{"\u00b0\u00a1":1,')), facts],
        /cp949\.json is not UTF-8/,
      ],
      [[rule, put('none.facts.json', { bidders: 'many' })], /bidders: /],
      [[rule], /needs RULE\.json and FACTS\.json/],
      [['--schema', 'bids'], /Allowed choices/],
    ]
    for (const [args, says] of cases) {
      const { code, err } = await madang(...args)
      expect([args, code]).toEqual([args, 2])
      expect(err).toMatch(says)
    }
  })

  test('reads files with the mark that some editors put before UTF-8, to the same hash', async () => {
    const { rule, facts } = example('contest/rate-is-cut')
    const marked = put('marked.json', `\uFEFF${readFileSync(rule, 'utf8')}`)
    const [plain, withMark] = [await madang(rule, facts), await madang(marked, facts)]
    expect(plain.code).toBe(0)
    expect(withMark).toEqual(plain)
  })

  test('ends without a word when whoever reads its lines stops', async () => {
    const { rule, facts } = example('award/official-negotiation')
    const { code, err } = await new Promise<{ code: number | null; err: string }>((done) => {
      const child = spawn('node', ['scripts/madang.mjs', 'award', rule, facts, '--json'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let err = ''
      child.stderr.on('data', (text) => {
        err += text
      })
      child.stdout.destroy()
      child.on('close', (code) => done({ code, err }))
    })
    expect([code, err]).toEqual([expect.any(Number), ''])
  })

  test('says in its help what the exit codes mean and where the members of the files are explained', async () => {
    const { code, out } = await madang('--help')
    expect(code).toBe(0)
    expect(out).toContain('Exit code 0: decided')
    expect(out).toContain('docs/award.md')
  })

  test('decides the example of its documentation as that says', async () => {
    const page = readFileSync(new URL('../../docs/award.md', import.meta.url), 'utf8')
    const [rule = '', facts = ''] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((block) => block[1])
    const { code, out, err } = await madang(put('page.rule.json', rule), put('page.facts.json', facts), '--lang', 'en')
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('→ 8,858,933  [rounded up to whole units]')
    expect(out).toMatch(/^– +Ieum .* below the floor$/m)
    expect(out).toContain('first in line: Haneul')
  })

  test('says which bids of an auction did not count, and why', async () => {
    const { rule, factsAre } = example('contest/reverse-auction')
    const auction = [...(factsAre.auction as object[]), { bidder: 'nobody', amount: '1', round: 1 }]
    const facts = put('auction.json', { ...factsAre, auction })
    for (const [lang, says] of [
      ['en', 'nobody 1: no bidder of this auction'],
      ['ko', 'nobody 1: 이 역경매의 입찰자가 아님'],
    ] as const) {
      const { code, out } = await madang(rule, facts, '--lang', lang)
      expect([code, out]).toEqual([0, expect.stringContaining(says)])
    }
  })

  test('prints a JSON schema of each file', async () => {
    for (const name of ['rule', 'negotiation-facts', 'contest-facts']) {
      const { code, out } = await madang('--schema', name)
      expect(code).toBe(0)
      expect(JSON.parse(out).$schema).toContain('json-schema.org')
    }
  })

  test('the documentation page names every member that the schemas have', () => {
    const page = readFileSync(new URL('../../docs/award.md', import.meta.url), 'utf8')
    const members = (schema: unknown): string[] => {
      if (typeof schema !== 'object' || schema === null) return []
      const { properties = {} } = schema as { properties?: object }
      return [...Object.keys(properties), ...Object.values(schema).flatMap(members)]
    }
    const names = new Set(members(awardSchemas()))
    expect(names.size).toBeGreaterThan(80)
    expect([...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([])
  })
})
