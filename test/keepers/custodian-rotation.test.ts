// Does a custodian's tool come through a change of its identity key, whatever the server answers and wherever it is killed?
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { must } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { enrolCustodian } from '../../src/api/custodians.ts'
import { Custodian } from '../../src/keepers/custodian-core.ts'
import { prepareSuccessor, type Successor } from '../../src/keepers/custodian-identity.ts'
import { httpPost } from '../../src/keepers/post.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u } from '../../src/proof/bytes.ts'
import { canonical } from '../../src/proof/canonical.ts'
import { tempDir } from '../support/processes.ts'
import { makeWorld } from '../support/world.ts'

const world = await makeWorld({ suppliers: 0, evaluators: 0, custodians: 2 })
const { url } = world

const canonicalNext = (next: Successor, id: string) =>
  canonical({ typ: 'custodian.next/1', id, scalar: b64u(next.scalar), jws: next.jws })

test('a change of the identity key is prepared while the tool stands still, handed in at its next start, and used from when the log has it', async () => {
  const dir = tempDir('rotating')
  const id = 'custodian-9'
  const lines: string[] = []
  const open = (post = httpPost(url)) =>
    Custodian.open({
      P,
      dir,
      id,
      now: Date.now,
      elapsed: () => lines.length * 1e9,
      source: httpLogSource(`${url}/log`),
      post,
      tell: (line) => void lines.push(line),
    })
  const first = await open()
  const { token } = world.operator
  must('enrolment', await call(url, enrolCustodian, { token, body: { jws: first.identity.jws } }))
  const turn = async (custodian: Custodian) => {
    await custodian.round()
    await world.tick()
    await custodian.round()
  }
  await world.tick()
  // An offer whose answer was lost on the way, and which the server never got.
  await (await open(async () => ({ status: 503, code: null }))).round()
  const next = await prepareSuccessor(P, dir, first.identity, Date.now())
  expect((await prepareSuccessor(P, dir, first.identity, Date.now())).kid).toBe(next.kid)

  // Refused, it says so and stays who it is.
  const refused = await open(async () => ({ status: 422, code: 'key-mismatch' }))
  await refused.round()
  expect(refused.status()).toMatchObject({ kid: first.identity.kid, refusals: [{ code: 'identity-refused' }] })

  const custodian = await open()
  await turn(custodian)
  expect(custodian.status()).toMatchObject({ kid: next.kid, enrolled: 'yes', refusals: [] })
  await turn(custodian)
  expect(custodian.status().stock).toBe(40)
  // Killed while the new key took its place: only the statement is still missing.
  writeFileSync(join(dir, 'identity.next'), canonicalNext(next, id))
  writeFileSync(join(dir, 'identity.jws'), first.identity.jws)
  const again = await open()
  await again.round()
  expect(again.status()).toMatchObject({ kid: next.kid, enrolled: 'yes', refusals: [] })
  expect(readdirSync(dir)).not.toContain('identity.next')
})
