// Was every acknowledged bid kept, once, and nothing else? Answers what is wrong, in sentences; nothing when all is well.
import { asc, desc, eq, getTableColumns } from 'drizzle-orm'
import { bidAct, bidReceipt, bidRequest } from '../../../db/schema/bids.ts'
import { logCheckpoint, logEntry } from '../../../db/schema/log.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { equal } from '../../../src/proof/bytes.ts'
import { verifyJws } from '../../../src/proof/jws.ts'
import { sealedLeaf } from '../../../src/proof/leaf.ts'
import { verifyNote } from '../../../src/proof/note.ts'
import { leafHash, rootOf } from '../../../src/proof/tree.ts'
import { askVkey } from '../../../src/server/log/signer-client.ts'
import type { World } from '../../support/world.ts'
import { type Bidder, submit } from './bid-kit.ts'

/** A bid whose sender holds a receipt for it. */
export type Acknowledged = { by: Bidder; key: string; c: string; body: string; text: string }

async function logFaults(world: World, cs: string[]): Promise<string[]> {
  const faults: string[] = []
  const { entries, newest } = await world.db.withTx(async ({ tx }) => ({
    entries: await tx.select().from(logEntry).orderBy(asc(logEntry.idx)),
    newest: (await tx.select().from(logCheckpoint).orderBy(desc(logCheckpoint.size)).limit(1))[0],
  }))
  if (entries.some((entry, i) => entry.idx !== i)) faults.push('the indexes of the log have a gap or a repetition')
  const root = rootOf(
    P,
    entries.map((entry) => leafHash(P, entry.leaf)),
  )
  const signed = newest && (await verifyNote(P, newest.note, await askVkey(world.config.signerSocket)))
  if (!signed || signed.size !== entries.length || !equal(signed.root, root))
    faults.push('the signed checkpoint is not that of the entries')
  const times = new Map<string, number>()
  for (const { leaf } of entries) {
    const text = Buffer.from(leaf).toString()
    times.set(text, (times.get(text) ?? 0) + 1)
  }
  for (const c of cs) {
    const n = times.get(Buffer.from(sealedLeaf(c)).toString()) ?? 0
    if (n !== 1) faults.push(`${c} stands in the log ${n} times`)
  }
  return faults
}

/** Audits a tender against what its bidders hold. Call it when the log has published everything; `url` is an API that runs. */
export async function auditReceipts(world: World, no: string, held: Acknowledged[], url: string): Promise<string[]> {
  const faults: string[] = []
  const { acts, requests } = await world.db.withTx(async ({ tx }) => ({
    acts: await tx
      .select({ ...getTableColumns(bidAct), received: bidReceipt.received })
      .from(bidAct)
      .leftJoin(bidReceipt, eq(bidReceipt.act, bidAct.id))
      .where(eq(bidAct.tender, no)),
    requests: await tx.select().from(bidRequest).where(eq(bidRequest.tender, no)),
  }))
  const { jwk } = world.api.deps.keys.receipts
  for (const { by, key, c, text } of held) {
    const { receipt } = JSON.parse(text) as { receipt: string }
    if ((await verifyJws(P, receipt, jwk, 'received/1'))?.payload.c !== c)
      faults.push(`${c}: the receipt is not for it`)
    const rows = acts.filter((act) => act.c === c && act.kind === 'submission' && act.bidder === by.account.org)
    if (rows.length !== 1) faults.push(`${c}: a receipt was given, and ${rows.length} rows are in the table`)
    else if (rows[0]?.received !== receipt) faults.push(`${c}: the table has another receipt`)
    const answered = requests.filter((request) => request.bidder === by.account.org && request.key === key)
    if (answered.length !== 1 || answered[0]?.reply !== text) faults.push(`${c}: the answer under its key is another`)
  }
  const strangers = acts.filter((act) => !held.some((bid) => bid.c === act.c))
  for (const act of strangers) faults.push(`${act.c}: a ${act.kind} that nobody has a receipt for`)
  faults.push(
    ...(await logFaults(
      world,
      held.map((bid) => bid.c),
    )),
  )
  for (const { by, key, c, body, text } of held) {
    const again = await submit(by, no, body, key, { url })
    if (again.status !== 201 || again.text !== text)
      faults.push(`${c}: a repetition is answered ${again.status}, otherwise`)
  }
  return faults
}
