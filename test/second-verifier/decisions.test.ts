// Do two verifiers, written apart in two languages, score alike, put two stages in the same order, and agree on standstills and the lots of a notice?
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { makeBundle } from '../../src/domain/audit/bundle.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { type Edit, forge, TENDER } from '../support/forge.ts'
import { tempDir } from '../support/processes.ts'
import { GOOD_DECISIONS, LOTS, SPOILT_DECISIONS, SPOILT_LOTS } from '../support/spoilt-decisions.ts'
import { GOOD_STANDSTILLS, SPOILT_STANDSTILLS } from '../support/spoilt-standstills.ts'

const VERIFIER = fileURLToPath(new URL('verifier.py', import.meta.url))
const there = spawnSync('python3', ['-c', 'import cryptography']).status === 0
if (!there) console.warn('NOT RUN second verifier: this machine has no python3 with the package cryptography.')

describe.skipIf(!there)('a second verifier, in Python', { timeout: 300_000 }, () => {
  /** Both verdicts on the whole tender: the checks that fail in ours, and whether the other program finds it whole. */
  const both = async (edit: Edit) => {
    const log = await forge(edit)
    const bundle = await makeBundle(P, await gather(log.source(), null), TENDER)
    const file = join(tempDir('decided'), 'bundle.zip')
    writeFileSync(file, bundle!.bytes)
    const { status, stdout } = spawnSync('python3', [VERIFIER, 'bundle', file])
    const failed = bundle!.checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
    return { ours: failed, theirs: [status, stdout.toString()] }
  }

  test.each(GOOD_DECISIONS)('scores again %s, and comes to the same', async (_, edit) => {
    expect(await both(edit)).toEqual({ ours: [], theirs: [0, expect.stringContaining("'scored': 6")] })
  })

  test.each(SPOILT_DECISIONS)('finds like ours %s', async (_, check, says, edit) => {
    const { ours, theirs } = await both(edit)
    expect(ours).toContain(check)
    expect(theirs).toEqual([1, expect.stringMatching(new RegExp(`^FAILED: .*${says}`))])
  })

  test.each(GOOD_STANDSTILLS)('counts the standstill like ours where %s', async (_, hours, edit) => {
    expect(await both(edit)).toEqual({ ours: [], theirs: [0, expect.stringContaining(`'standstill': ${hours}`)] })
  })

  test.each(SPOILT_STANDSTILLS)('finds like ours %s', async (_, __, says, edit) => {
    const { ours, theirs } = await both(edit)
    expect(ours).toEqual(['award'])
    expect(theirs).toEqual([1, expect.stringMatching(new RegExp(`^FAILED: .*(${says.source})`))])
  })

  test('counts the lots of a notice', async () => {
    expect(await both(LOTS)).toEqual({ ours: [], theirs: [0, expect.stringContaining("'lots': 2")] })
  })

  test.each(SPOILT_LOTS)('finds like ours, of the lots of a notice, %s', async (_, edit) => {
    const { ours, theirs } = await both(edit)
    expect(ours).toContain('notice')
    expect(theirs).toEqual([1, expect.stringMatching(/^FAILED: .*lot/)])
  })
})
