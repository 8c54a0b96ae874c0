// Is a tender that spans the turn of a year verified wholly, and is each turn that was written otherwise found by whoever looks?
import { describe, expect, test } from 'vitest'
import { audit } from '../../../src/domain/audit/audit.ts'
import { makeBundle, openBundle } from '../../../src/domain/audit/bundle.ts'
import { growthSince, type Head } from '../../../src/domain/audit/growth.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { fromUtf8, hex } from '../../../src/proof/bytes.ts'
import { type FollowState, follow, type LogSource } from '../../../src/proof/follow.ts'
import { readPolicy } from '../../../src/proof/policy.ts'
import { Forge, forge, LOG_SEED, policyOf, TENDER } from '../../support/forge.ts'
import { GOOD_YEARS, SPOILT_YEARS } from '../../support/turned-years.ts'

const policy = readPolicy(policyOf(LOG_SEED))
const failed = (checks: { check: string; verdict: string }[]) =>
  checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
const auditOf = async (source: LogSource) => audit(P, await gather(source, policyOf(LOG_SEED)), TENDER)

/** The log as it was served at a size: notes of the first log alone, before its turn. */
async function earlier(log: Forge, size: number): Promise<LogSource> {
  const old = new Forge({})
  old.entries.push(...log.entries.slice(0, size))
  for (const [path, bytes] of log.files) if (path.startsWith('payload/')) old.files.set(path, bytes)
  return (await old.publish()).source()
}

const whole = await forge(GOOD_YEARS[0]![2])
const turn = whole.indexesOf('log.opened/1')[0]!

async function headOf(source: LogSource): Promise<Head> {
  const growth = await growthSince(P, source, policy, null)
  if (growth.state !== 'same log') throw new Error(growth.says.en)
  return growth.head
}

async function stateOf(source: LogSource, state: FollowState | null = null): Promise<FollowState> {
  const followed = await follow(P, source, policy, state)
  if ('refused' in followed) throw new Error(followed.says)
  return followed.state
}

describe('a turn that was written otherwise is found', () => {
  test.each(SPOILT_YEARS)('%s', async (_, edit) => {
    const log = await forge({ asFarAsItGoes: true, ...edit })
    expect(failed(await auditOf(log.source()))).toEqual(['tree'])
    expect(await follow(P, log.source(), policy, null)).toMatchObject({ refused: 'log.turn' })
  })

  test('a log of the year that another key signed', async () => {
    const log = await forge(GOOD_YEARS[0]![2])
    const other = await (await forge(GOOD_YEARS[0]![2])).publish(P.sha256(new Uint8Array(2)))
    log.files.set('2027/checkpoint', other.files.get('2027/checkpoint')!)
    expect(failed(await auditOf(log.source()))).toEqual(['checkpoint'])
    expect(await follow(P, log.source(), policy, null)).toMatchObject({ refused: 'note.signature' })
    expect(await growthSince(P, log.source(), policy, null)).toMatchObject({ why: 'signature' })
  })

  test('an old log that is longer again than what the new one continues, to whoever was away', async () => {
    const seen = await headOf(whole.source())
    const again = await earlier(whole, turn - 1)
    expect(await growthSince(P, again, policy, seen)).toMatchObject({ state: 'broken', why: 'key' })
    expect(await follow(P, again, policy, await stateOf(whole.source()))).toMatchObject({
      refused: 'log.no-checkpoint',
    })
  })

  test('another history before the turn than the one that was seen', async () => {
    const seen = await headOf(await earlier(whole, 5))
    expect(await growthSince(P, whole.source(), policy, seen)).toMatchObject({ state: 'same log' })
    const other = { ...seen, root: 'A'.repeat(43).concat('=') }
    expect(await growthSince(P, whole.source(), policy, other)).toMatchObject({ state: 'broken', why: 'forked' })
  })
})

describe('a tender that spans years', () => {
  test.each(GOOD_YEARS)('%s is verified wholly, and its bundle holds all logs', async (_, logs, edit) => {
    const log = await forge(edit)
    const checks = await auditOf(log.source())
    expect(failed(checks)).toEqual([])
    expect(checks.find((c) => c.check === 'award')?.verdict).toBe('ok')
    const bundle = await makeBundle(P, await gather(log.source(), null), TENDER)
    expect(hex(P.sha256((await makeBundle(P, await gather(log.source(), null), TENDER))!.bytes))).toBe(
      hex(P.sha256(bundle!.bytes)),
    )
    const { source } = openBundle(bundle!.bytes)
    expect(failed(await audit(P, await gather(source, null), TENDER))).toEqual([])
    expect(bundle!.manifest.files.filter(({ path }) => path.endsWith('checkpoint'))).toHaveLength(logs)
  })

  test('is followed over the turn from wherever one was, each entry at its place', async () => {
    for (const size of [3, turn - 1, turn]) {
      const state = await stateOf(await earlier(whole, size))
      const followed = await follow(P, whole.source(), policy, JSON.parse(JSON.stringify(state)) as FollowState)
      if ('refused' in followed) throw new Error(followed.says)
      expect(followed.entries.map(({ index }) => index)).toEqual(whole.entries.slice(size).map((_, i) => size + i))
      expect(followed.state.origin).toMatch(/\/2027$/)
      expect(await follow(P, whole.source(), policy, followed.state)).toMatchObject({ entries: [] })
    }
  })

  test('grows from a head that was seen before the turn by all that was added, in both logs', async () => {
    const seen = await headOf(await earlier(whole, 5))
    expect(await growthSince(P, whole.source(), policy, seen)).toMatchObject({
      state: 'same log',
      grew: whole.entries.length - 5,
      head: { size: whole.entries.length - turn },
    })
  })

  test('stands at its end, and says so, while the next log is not there', async () => {
    const source = await earlier(whole, turn)
    const checks = await auditOf(source)
    expect(failed(checks)).toEqual([])
    expect(checks.find((c) => c.check === 'tree')?.says.en).toContain('has ended')
    expect((await stateOf(source)).next).toMatch(/\/2027$/)
    expect(fromUtf8((await source.get('checkpoint'))!)).toContain(`\n${turn}\n`)
  })
})
