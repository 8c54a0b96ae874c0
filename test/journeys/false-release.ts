// What does a custodian hand in that is not honest? Its own release, signed by its own key, with shares changed.
import { must } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { readEvents, readTender } from '../../src/api/tenders.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, fromB64u } from '../../src/proof/bytes.ts'
import type { Json, JsonObject } from '../../src/proof/canonical.ts'
import { readJws, signJws } from '../../src/proof/jws.ts'
import { readKeyset } from '../../src/proof/keyset.ts'
import type { TestCustodian } from '../support/world-keepers.ts'

export type Share = { eid: string; y: string }

/** The share with its first bit turned. */
export const lie = (y: string): string => b64u(fromB64u(y).map((byte, i) => (i === 0 ? byte ^ 1 : byte)))

/** The published opening list of a kind; null before it is there. */
export async function publishedList(url: string, no: string, kind: 'technical' | 'price') {
  const { body: view } = must('tender', await call(url, readTender, { params: { no } }))
  const { body } = must('events', await call(url, readEvents, { params: { no }, query: { limit: 1000 } }))
  const found = view.keysets.find((k) => k.kind === kind)
  const list = body.events.find((e) => e.typ === 'opening.list/1' && e.payload.includes(`"ks":"${found?.ks}"`))
  return found && list ? { ks: found.ks, keyset: readKeyset(P, found.keyset as Json), payload: list.payload } : null
}

/**
 * The release that this custodian owes for the published list: the honest one, one whose shares `change` has had its hands on, and
 * the payload of that.
 */
export async function falseRelease(
  custodian: TestCustodian,
  url: string,
  no: string,
  kind: 'technical' | 'price',
  change: (shares: Share[]) => void,
): Promise<{ good: string; changed: string; payload: JsonObject & { typ: string } }> {
  const list = await publishedList(url, no, kind)
  if (!list) throw new Error(`no ${kind} list of ${no} is published`)
  const good = await custodian.release(url, list.keyset, list.ks, list.payload)
  const payload = readJws(good).payload as JsonObject & { typ: string }
  change(payload.shares as Share[])
  return { good, changed: await signJws(P, custodian.signer, payload), payload }
}
