// Does the demonstration end with the official figures, also after one that was killed, and does it say so when they are not equal?
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Program, runProgram, tempDir } from '../support/processes.ts'
import { eventually } from '../support/world.ts'

const OFFICIAL = fileURLToPath(
  new URL('../vectors/koneps/official-api-negotiation-R25BK01027145.json', import.meta.url),
)
const folder = tempDir('demo')
const demo = (...args: string[]): Program =>
  runProgram('scripts/demo.mjs', ['--json', '--data', folder, ...args], { limitMs: 180_000 })

type Row = {
  bidder: string
  technical: string
  price: string
  total: string
  rank: number
  eligible: boolean
  amount: string
}
type Result = { tender: string; ranking: Row[]; checks: { check: string; verdict: string }[] }

const resultOf = (program: Program): Result => {
  const lines = program.stdout().trim().split('\n')
  return JSON.parse(lines.at(-1) as string) as Result
}

/** The processes whose parent this is. */
const childrenOf = (pid: number): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([own]) => own as number)

/** Runs this process? One that has ended and that nobody has asked about yet does not. */
function alive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .startsWith('Z')
  } catch {
    return false
  }
}

const postmaster = (): number =>
  Number(readFileSync(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])

const FIGURES = [
  { bidder: 'B1', amount: '100111000', technical: '81.5', price: '9.5894', total: '91.0894', rank: 1, eligible: true },
  { bidder: 'B2', amount: '98000000', technical: '80.3', price: '9.7959', total: '90.0959', rank: 2, eligible: true },
  { bidder: 'B3', amount: '100000000', technical: '78.3', price: '9.6', total: '87.9', rank: 3, eligible: true },
  { bidder: 'B4', amount: '100000000', technical: '78.2', price: '9.6', total: '87.8', rank: 4, eligible: true },
  { bidder: 'B5', amount: '96000000', technical: '75.7', price: '10', total: '85.7', rank: 5, eligible: false },
  { bidder: 'B6', amount: '108520000', technical: '68.7', price: '8.8463', total: '77.5463', rank: 6, eligible: false },
]

describe('a case file', () => {
  test('that cannot be used ends the demonstration at once with one clear line', async () => {
    const bad = (name: string, text: string) => {
      const file = join(folder, name)
      writeFileSync(file, text)
      return file
    }
    const official = JSON.parse(readFileSync(OFFICIAL, 'utf8')) as { bidders: object[] }
    const files = [
      join(folder, 'not-there.json'),
      bad('cut.json', '{"noticeNo": "R2'),
      bad('one.json', JSON.stringify({ ...official, bidders: official.bidders.slice(0, 1) })),
    ]
    for (const file of files) {
      const program = demo('--case', file)
      expect([file, await program.exit]).toMatchObject([file, { code: 2 }])
      expect(program.stdout()).toBe('')
      expect(program.stderr().trim().split('\n')).toHaveLength(1)
      expect(program.stderr()).toMatch(/case/)
    }
  })
})

describe('the official case', () => {
  test('killed in the middle, leaves no process but the database, which the next one finds; then every figure is the official one', async () => {
    const killed = demo()
    await killed.waitForLine(/^bid:/, 90_000)
    const children = childrenOf(killed.pid)
    expect(children.length).toBeGreaterThanOrEqual(6)
    await killed.kill('SIGKILL')
    await eventually('children end by themselves', () => !children.some(alive), 60_000)
    const orphan = postmaster()
    expect(alive(orphan)).toBe(true)

    const good = demo()
    await good.waitForLine(/^bid:/, 90_000)
    expect(postmaster()).toBe(orphan)
    expect(await good.exit).toMatchObject({ code: 0 })
    const { tender, ranking, checks } = resultOf(good)
    expect(tender).toMatch(/^R\d\dBK\d{8}$/)
    expect(ranking).toEqual(FIGURES)
    expect(checks.length).toBeGreaterThan(20)
    expect(checks.filter((c) => c.verdict === 'failed')).toEqual([])
    expect(good.stdout().trim().split('\n')).toHaveLength(1)
    expect(alive(orphan)).toBe(false)
  }, 300_000)

  test('with one price changed by one won gives other figures and says so', async () => {
    const text = readFileSync(OFFICIAL, 'utf8')
    const file = join(folder, 'changed.json')
    writeFileSync(file, text.replace('98000000', '98000001'))
    const changed = demo('--case', file)
    expect(await changed.exit).toMatchObject({ code: 1 })
    const { ranking, checks } = resultOf(changed)
    expect(ranking).not.toEqual(FIGURES)
    expect(ranking.find((r) => r.bidder === 'B2')?.amount).toBe('98000001')
    expect(ranking.filter((r) => r.bidder !== 'B2')).toEqual(FIGURES.filter((r) => r.bidder !== 'B2'))
    // Other figures, but honest ones: the record itself is in order.
    expect(checks.filter((c) => c.verdict === 'failed')).toEqual([])
    expect(changed.stderr()).toContain('B2 amount: 98000001 here, 98000000 there')
  }, 200_000)
})
