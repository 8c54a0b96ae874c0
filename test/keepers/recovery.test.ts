// An institution lost its identity key: its program, another custodian's and an auditor give it a new one, as processes, through a real service.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { must } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { enrolCustodian, listCustodians, recoverCustodian } from '../../src/api/custodians.ts'
import { restoreOrganisation, suspendOrganisation } from '../../src/api/organisations.ts'
import { recoveredIdentity } from '../../src/domain/record/recovery.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { signJws } from '../../src/proof/jws.ts'
import { forge } from '../support/forge.ts'
import { GOOD_RECOVERIES, RECOVERED } from '../support/recoveries.ts'
import { eventually, makeWorld } from '../support/world.ts'
import { bench, custodianFolder, pastDeadline, tempFolder, upTo } from './custodian-bench.ts'
import { type Keeper, startKeeper } from './keeper-process.ts'

vi.setConfig({ testTimeout: 120_000 })

const KID = /([A-Za-z0-9_-]{43})/

describe('a custodian that lost its identity key', () => {
  test('waits until others stand for the new one, and then offers keys with it', async () => {
    const world = await makeWorld({ suppliers: 1 })
    const { url } = world
    const folders = { bank: tempFolder(), chamber: tempFolder() }
    const run = (id: 'bank' | 'chamber', ...more: string[]): Keeper =>
      startKeeper('custodian', ['--dir', folders[id], '--id', id, ...more])
    const stocked = async (id: string) => {
      const { custodians } = must('custodians', await call(url, listCustodians, {})).body
      return custodians.find((one) => one.id === id)
    }
    for (const id of ['bank', 'chamber'] as const) {
      expect((await run(id, '--init').exit).code).toBe(0)
      const jws = readFileSync(join(folders[id], 'identity.jws'), 'utf8')
      must('enrolment', await call(url, enrolCustodian, { token: world.operator.token, body: { jws } }))
    }
    await world.tick()
    const lost = (await stocked('bank'))?.kid ?? ''

    // What is lost with the key is the key alone: the opening keys lie elsewhere in the folder.
    expect((await run('bank', '--recover', lost).exit).code).toBe(1)
    for (const name of ['identity.key', 'identity.jws']) rmSync(join(folders.bank, name))
    const wrong = run('bank', '--recover', 'nonsense')
    expect((await wrong.exit).code).toBe(1)
    expect(wrong.errors()).toContain('the number of the lost key')
    const made = run('bank', '--recover', lost)
    expect((await made.exit).code).toBe(0)
    const file = join(folders.bank, 'identity.jws')
    expect(made.out()).toContain(file)
    const kid = KID.exec(made.out())?.[1] ?? ''
    const again = run('bank', '--recover', lost)
    expect((await again.exit).code).toBe(0)
    expect(again.out()).toBe(made.out())

    const waiting = run('bank', '--url', url, '--poll-ms', '50')
    await eventually('it says that it waits', () => waiting.errors().includes('identity-waiting'))
    expect((await stocked('bank'))?.prekeysLeft).toBe(0)

    const request = readFileSync(file, 'utf8')
    const self = run('bank', '--vouch', file)
    expect((await self.exit).code).toBe(1)
    const first = join(folders.chamber, 'identity.jws')
    const none = run('chamber', '--vouch', first)
    expect((await none.exit).code).toBe(1)
    expect(none.errors()).toContain('no request for a lost key')
    const changed = join(tempFolder(), 'changed.jws')
    writeFileSync(changed, `${request.slice(0, -1)}${request.endsWith('A') ? 'E' : 'A'}`)
    expect((await run('chamber', '--vouch', changed).exit).code).toBe(1)
    const vouching = run('chamber', '--vouch', file)
    expect((await vouching.exit).code).toBe(0)
    expect(vouching.errors()).toContain(kid)
    const vouched = vouching.out().trim()

    const stand = {
      token: world.operator.token,
      params: { org: 'audit-office' },
      body: { statement: 'for this journey' },
    }
    must('suspension', await call(url, suspendOrganisation, stand))
    must('restoration', await call(url, restoreOrganisation, stand))
    if (!world.auditor.signer) await world.auditor.enrol()
    const parts = { request, vouched, statement: 'The disk with the key has burnt.' }
    const jws = await signJws(P, world.auditor.signer!, recoveredIdentity(parts))
    const body = { ...parts, jws }
    must('recovery', await call(url, recoverCustodian, { token: world.auditor.token, params: { id: 'bank' }, body }))
    await world.tick()
    await eventually('its program sees it', () => waiting.errors().includes('identity-recovered'))
    await eventually('it offers keys', async () => ((await stocked('bank'))?.prekeysLeft ?? 0) > 0)
    expect(await stocked('bank')).toMatchObject({ kid, past: [{ kid: lost }] })
    expect((await waiting.kill('SIGTERM')).code).toBe(0)
    const restarted = run('bank', '--url', url, '--poll-ms', '50')
    expect(await restarted.line('ready ')).toContain(kid)
    expect(existsSync(join(folders.bank, 'identity.past'))).toBe(true)
    await restarted.kill('SIGTERM')
  })

  test('turns with the new one the keys of a tender that was running', async () => {
    const [[, edit]] = GOOD_RECOVERIES as [[string, (typeof GOOD_RECOVERIES)[number][1]]]
    const forged = await forge({ ...edit, steps: upTo('list technical') })
    const dir = custodianFolder(forged)
    const at = forged.indexesOf('custodian.identity/1').at(-1) as number
    const entry = JSON.parse(
      Buffer.from(new TextDecoder().decode(forged.payloadAt(at)).split('.')[1] ?? '', 'base64url').toString(),
    ) as { recovery: { request: string } }
    const { id, key } = RECOVERED
    const scalar = Buffer.from(key.scalar).toString('base64url')
    writeFileSync(join(dir, 'identity.key'), JSON.stringify({ id, scalar, typ: 'custodian.key/1' }))
    writeFileSync(join(dir, 'identity.jws'), entry.recovery.request)
    const made = await bench(forged, { dir, clock: pastDeadline(2) })
    await made.round()
    expect(made.codes()).toEqual([])
    const [release] = made.server.releases()
    expect(JSON.parse(Buffer.from(release?.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      kid: key.signer.kid,
    })
  })
})
