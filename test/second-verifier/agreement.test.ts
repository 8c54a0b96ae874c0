// LOG-4: do two verifiers, written apart in two languages, say the same of ten thousand changed proofs, and of our bundles?
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { audit } from '../../src/domain/audit/audit.ts'
import { makeBundle } from '../../src/domain/audit/bundle.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { readZip, writeZip } from '../../src/proof/zip.ts'
import { AGENCY, APPROVER, type Edit, forge, type Key, keyOf, TENDER } from '../support/forge.ts'
import { tempDir } from '../support/processes.ts'
import { GOOD_RECOVERIES, SPOILT_RECOVERIES } from '../support/recoveries.ts'
import { LAWFUL_AMENDMENT, SPOILT_AMENDMENTS } from '../support/spoilt-amendments.ts'
import { COMMITTEE, SPOILT_COMMITTEES } from '../support/spoilt-committees.ts'
import { GOOD_REGISTERS, SPOILT_REGISTERS } from '../support/spoilt-registers.ts'
import { GOOD_YEARS, SPOILT_YEARS } from '../support/turned-years.ts'
import { type Case, lineOf, mutated, originals, ours, random, type Verdict } from './mutations.ts'

const VERIFIER = fileURLToPath(new URL('verifier.py', import.meta.url))
const CASES = 10_000
const SEED = 20_261_122

const approvedBy = (account: string): Edit => ({
  payload: {
    'approval/1': (p) => {
      p.approvedBy = account
    },
  },
})
const lentTo = (endsAt: string): Edit => ({
  ...approvedBy('deputy'),
  before: {
    bids: (f) =>
      f.register('role.delegated/1', {
        from: APPROVER,
        to: 'deputy',
        role: 'approver',
        startsAt: '2026-03-01T00:00:00Z',
        endsAt,
      }),
  },
})

/** A key whose signatures have one other bit. */
const spoilt = (key: Key): Key => {
  const { kid, sign } = key.signer
  return { ...key, signer: { kid, sign: async (data) => (await sign(data)).map((b, i) => (i === 5 ? b ^ 1 : b)) } }
}

const there = spawnSync('python3', ['-c', 'import cryptography']).status === 0
if (!there) console.warn('NOT RUN second verifier: this machine has no python3 with the package cryptography.')

/** What the other program says of each case, in order. */
async function theirs(cases: readonly Case[]): Promise<(Verdict & { why?: string })[]> {
  const child = spawn('python3', [VERIFIER, 'judge'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  child.stdin.end(cases.map((one) => `${lineOf(one)}\n`).join(''))
  expect(await ended).toBe(0)
  const lines = Buffer.concat(parts).toString().trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Verdict)
}

describe.skipIf(!there)('a second verifier, in Python, by the documentation alone', { timeout: 300_000 }, () => {
  test('agrees with ours on every published vector, and they hold', async () => {
    const all = originals()
    const verdicts = await theirs(all)
    for (const [i, one] of all.entries()) {
      expect(verdicts[i]).toEqual(await ours(one))
      expect(verdicts[i]?.ok).toBe(true)
    }
  })

  test('agrees with ours on ten thousand changed proofs, checkpoints, policies and tiles: zero disagreements', async () => {
    const all = originals()
    const dice = random(SEED)
    const cases = Array.from({ length: CASES }, (_, n) => mutated(all, n, dice))
    const verdicts = await theirs(cases)
    expect(verdicts).toHaveLength(CASES)
    const disagreements: string[] = []
    const held = { ok: 0, refused: 0 }
    for (const [i, one] of cases.entries()) {
      const mine = await ours(one)
      const { why, ...their } = verdicts[i] as Verdict & { why?: string }
      if (JSON.stringify(sorted(mine)) !== JSON.stringify(sorted(their)))
        disagreements.push(
          `${i}: ours ${JSON.stringify(mine)}, theirs ${JSON.stringify(their)} (${why}) ${lineOf(one).slice(0, 200)}`,
        )
      held[mine.ok ? 'ok' : 'refused']++
    }
    expect(disagreements.slice(0, 3)).toEqual([])
    // Where everything is refused, or nothing, agreeing would mean little.
    expect(held.ok).toBeGreaterThan(CASES / 10)
    expect(held.refused).toBeGreaterThan(CASES / 2)
  })

  test('finds our bundle whole, and one that is changed in any part of the log not', async () => {
    const log = await forge({})
    const bundle = await makeBundle(P, await gather(log.source(), null), TENDER)
    const dir = tempDir('second')
    const verdict = (name: string, bytes: Uint8Array) => {
      writeFileSync(join(dir, name), bytes)
      return spawnSync('python3', [VERIFIER, 'bundle', join(dir, name)])
    }
    const good = verdict('good.zip', bundle!.bytes)
    expect([good.status, good.stdout.toString()]).toEqual([0, expect.stringContaining(`'size': ${log.entries.length}`)])
    const files = readZip(bundle!.bytes)
    const paths = ['log/checkpoint', 'log/tile/0/000.p', 'log/tile/entries', 'log/payload', 'proofs/']
    for (const path of paths) {
      const [name, bytes] = [...files].find(([known]) => known.startsWith(path))!
      const changed = new Map(files).set(name, bytes.with(bytes.length - 2, bytes.at(-2)! ^ 4))
      expect([name, verdict('bad.zip', writeZip(changed)).status]).toEqual([name, 1])
    }
  })

  test.each<[string, Edit]>([
    ['with its second person', {}],
    ['from before notices spoke of two persons', { onePerson: true }],
    ['approved from before approvals were signed', { approvals: 'older' }],
    ['approved without the signature that the notice asks for', { approvals: 'unsigned' }],
    ['approved with the key of another', { signer: { 'approval/1': () => keyOf('officer').signer } }],
    [
      'approved with a false signature',
      { signer: { 'approval/1': (own) => ({ ...own, sign: async (d) => (await own.sign(d)).map((b) => b ^ 1) }) } },
    ],
    [
      'approved with a key that was reported lost before',
      { before: { evaluation: (f) => f.revoke(APPROVER, AGENCY) } },
    ],
    ['approved by who borrowed the role', lentTo('2026-04-01T00:00:00Z')],
    ['approved under a loan that was over', lentTo('2026-03-09T00:00:00Z')],
    ['approved by nobody', { unsigned: (f) => void f.entries.splice(f.indexesOf('approval/1')[0]!, 1) }],
    ['approved afterwards', { unsigned: (f) => void f.entries.push(...f.entries.splice(-2, 1)) }],
    ['approved by who signed it', approvedBy('officer')],
    ['approved by somebody without the power', approvedBy('colleague')],
    [
      'approved by who had lost the power',
      { before: { award: (f) => f.register('role.changed/1', { account: APPROVER, roles: ['officer'] }) } },
    ],
  ])('says the same as ours of an award %s', async (name, edit) => {
    const log = await forge(edit)
    const bundle = await makeBundle(P, await gather(log.source(), null), TENDER)
    const file = join(tempDir('approved'), 'bundle.zip')
    writeFileSync(file, bundle!.bytes)
    const failed = bundle!.checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
    const good = /with its|from before|borrowed/.test(name)
    expect(failed).toEqual(good ? [] : ['second-person'])
    const theirs = spawnSync('python3', [VERIFIER, 'bundle', file])
    expect([theirs.status, theirs.stdout.toString()]).toEqual([good ? 0 : 1, expect.any(String)])
  })

  test.each<[string, boolean, Edit]>([
    ['is lawful', true, LAWFUL_AMENDMENT],
    ...SPOILT_AMENDMENTS.filter(([name]) => !name.includes('nobody can compute')).map(
      ([name, edit]): [string, boolean, Edit] => [name, false, edit],
    ),
  ])('says the same as ours of an amendment of the rule that %s', async (_, good, edit) => {
    const log = await forge(edit)
    const bundle = await makeBundle(P, await gather(log.source(), null), TENDER)
    const file = join(tempDir('amended'), 'bundle.zip')
    writeFileSync(file, bundle!.bytes)
    const failed = bundle!.checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
    expect(failed.includes('notice')).toBe(!good)
    const theirs = spawnSync('python3', [VERIFIER, 'bundle', file])
    expect([theirs.status, theirs.stdout.toString()]).toEqual([good ? 0 : 1, expect.any(String)])
    if (good) expect(theirs.stdout.toString()).toContain("'amended': 1")
  })

  test.each<[string, boolean, Edit]>([
    ['an overseer whom the notice names', true, { before: { reveal: (f) => f.override() } }],
    ['another organisation', false, { before: { reveal: (f) => f.override(keyOf('key of bidder-1'), 'bidder-1') } }],
    ['the agency', false, { before: { reveal: (f) => f.override(keyOf('officer'), AGENCY) } }],
    [
      'somebody else in the name of an overseer',
      false,
      { before: { reveal: (f) => f.override(keyOf('officer'), 'audit-office') } },
    ],
    ['an overseer with a false signature', false, { before: { reveal: (f) => f.override(spoilt(keyOf('auditor'))) } }],
    [
      'an overseer with a key that was reported lost before',
      false,
      { before: { closed: (f) => f.revoke('auditor', 'audit-office'), reveal: (f) => f.override() } },
    ],
  ])('says the same as ours of a word on the closing time by %s', async (_, good, edit) => {
    const log = await forge(edit)
    const bundle = await makeBundle(P, await gather(log.source(), null), TENDER)
    const file = join(tempDir('overseen'), 'bundle.zip')
    writeFileSync(file, bundle!.bytes)
    expect(bundle!.checks.filter((c) => c.verdict === 'failed').map((c) => c.check)).toEqual(good ? [] : ['signatures'])
    const theirs = spawnSync('python3', [VERIFIER, 'bundle', file])
    expect([theirs.status, theirs.stdout.toString()]).toEqual([
      good ? 0 : 1,
      good ? expect.stringContaining("'overseen': 1") : expect.stringMatching(/oversees nothing here|no key of/),
    ])
  })

  test.each<[string, boolean, Edit]>([
    ...GOOD_YEARS.map(([name, , edit]): [string, boolean, Edit] => [name, true, edit]),
    ...SPOILT_YEARS.map(([name, edit]): [string, boolean, Edit] => [name, false, edit]),
  ])('says the same as ours of %s', async (_, good, edit) => {
    const log = await forge({ asFarAsItGoes: true, ...edit })
    const record = await gather(log.source(), null)
    const failed = (await audit(P, record, TENDER)).filter((c) => c.verdict === 'failed').map((c) => c.check)
    expect(failed).toEqual(good ? [] : ['tree'])
    const file = join(tempDir('years'), 'bundle.zip')
    // A bundle of a log that is not right is written all the same: with everything that the log serves.
    const bundle = await makeBundle(P, record, TENDER)
    const files = new Map(readZip(bundle!.bytes))
    if (!good) for (const [path, bytes] of log.files) files.set(`log/${path}`, bytes)
    writeFileSync(file, good ? bundle!.bytes : writeZip(files))
    const theirs = spawnSync('python3', [VERIFIER, 'bundle', file])
    const says = good ? expect.stringMatching(/^ok .*'logs': [23]/) : expect.stringMatching(/^FAILED: (?!.*manifest)/)
    expect([theirs.status, theirs.stdout.toString()]).toEqual([good ? 0 : 1, says])
  })

  test.each<[string, boolean, Edit]>([
    ...GOOD_REGISTERS.map(([name, edit]): [string, boolean, Edit] => [name, true, edit]),
    ...SPOILT_REGISTERS.map(([name, , edit]): [string, boolean, Edit] => [name, false, edit]),
  ])('says the same as ours of %s', async (_, good, edit) => {
    const log = await forge(edit)
    const bundle = await makeBundle(P, await gather(log.source(), null), TENDER)
    const file = join(tempDir('register'), 'bundle.zip')
    writeFileSync(file, bundle!.bytes)
    const failed = bundle!.checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
    expect(failed).toEqual(good ? [] : ['second-person'])
    const theirs = spawnSync('python3', [VERIFIER, 'bundle', file])
    expect([theirs.status, theirs.stdout.toString()]).toEqual([
      good ? 0 : 1,
      good ? expect.any(String) : expect.stringMatching(/^FAILED/),
    ])
  })

  const drawn = async (edit: Edit) => {
    const log = await forge({ committee: COMMITTEE, asFarAsItGoes: true, ...edit })
    const bundle = await makeBundle(P, await gather(log.source(), null), TENDER)
    const file = join(tempDir('drawn'), 'bundle.zip')
    writeFileSync(file, bundle!.bytes)
    const { status, stdout } = spawnSync('python3', [VERIFIER, 'bundle', file])
    const ours = bundle!.checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
    return { ours, theirs: [status, stdout.toString()] }
  }

  test('opens and seals again what custodians had sealed, and draws the same evaluators from it', async () => {
    expect(await drawn({})).toEqual({ ours: [], theirs: [0, expect.stringContaining("'drawn': 7")] })
  })

  test('draws the same from the other shares where one custodian released a false one', async () => {
    const lie: Edit = {
      payload: {
        'release/1': (p, { nth }) => {
          if (nth === 0) for (const share of p.shares) share.y = 'A'.repeat(43)
        },
      },
    }
    expect((await drawn(lie)).theirs).toEqual([0, expect.stringContaining("'drawn': 7")])
  })

  test.each(GOOD_RECOVERIES)('takes a key in a lost one’s place that came by %s', async (_name, edit) => {
    expect(await drawn(edit)).toEqual({ ours: [], theirs: [0, expect.stringContaining("'drawn': 7")] })
  })

  test.each(SPOILT_RECOVERIES)(
    'finds like ours a custodian’s key in a lost one’s place %s',
    async (_name, _says, edit) => {
      const { ours, theirs } = await drawn(edit)
      expect(ours).toContain('keys')
      expect(theirs).toEqual([1, expect.stringMatching(/^FAILED/)])
    },
  )

  test.each(SPOILT_COMMITTEES)('finds like ours, of a drawn committee, %s', async (_name, _says, edit) => {
    const { ours, theirs } = await drawn(edit)
    expect(ours).toContain('committee')
    expect(theirs).toEqual([1, expect.stringMatching(/^FAILED/)])
  })
})

const sorted = (verdict: Verdict) => Object.fromEntries(Object.entries(verdict).sort(([a], [b]) => (a < b ? -1 : 1)))
