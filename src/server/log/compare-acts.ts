// Does what the database holds beside the log agree with it? Each tender's rows with its entries, people and keys with theirs.
import { and, asc, count, eq, getTableColumns, getTableName, gt, inArray, isNotNull, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { bidAct, bidReceipt } from '../../../db/schema/bids.ts'
import { fieldDecision } from '../../../db/schema/evaluators.ts'
import { logCover, logEntry, logOutbox, logPayload } from '../../../db/schema/log.ts'
import { factDecision } from '../../../db/schema/organisations.ts'
import { actorKey } from '../../../db/schema/people.ts'
import { question } from '../../../db/schema/questions.ts'
import { tender } from '../../../db/schema/tenders.ts'
import { isUnreadable, readEntry } from '../../domain/record/entry.ts'
import { object } from '../../domain/record/fields.ts'
import { readClosingList } from '../../domain/record/payloads.ts'
import { FormatError, fromUtf8 } from '../../proof/bytes.ts'
import { type Json, parseJson } from '../../proof/canonical.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import { readLeaf } from '../../proof/leaf.ts'
import { type Primitives, readPublicJwk } from '../../proof/primitives.ts'
import type { Tx } from '../db.ts'
import { begun, type Compared, compareRows, type Found, keyed, type Row, rowsOf, selected } from './compare-rows.ts'
import { Said, type SaidEntry } from './said.ts'
import { opens } from './said-cells.ts'
import { noteBidders } from './said-of-bids.ts'
import { DECISIONS } from './said-of-decisions.ts'
import { PEOPLE } from './said-of-people.ts'
import { TENDERS } from './said-of-tenders.ts'

/** Tenders whose rows are in memory at a time, and rows of people that are read at a time. */
const TENDERS_AT_ONCE = 16
const ROWS_AT_ONCE = 1000
const ENTRIES_AT_ONCE = 1000

type Stored = { idx: number | null; leaf: Uint8Array; bytes: Uint8Array | null }

/** Reads an entry as verifiers do. What they cannot read says nothing here: the comparison of entries and payloads names it. */
async function readStored(P: Primitives, { idx, leaf: bytes, bytes: payload }: Stored): Promise<SaidEntry | null> {
  try {
    const leaf = readLeaf(bytes)
    if ('c' in leaf) return null
    const read = await readEntry(P, { index: idx ?? 0, leaf }, async () => payload)
    if (isUnreadable(read)) return null
    return { typ: leaf.typ, index: idx, leaf, payload: read.payload, jws: read.jws, kid: read.kid }
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

const stored = { idx: logEntry.idx, leaf: logEntry.leaf, bytes: logPayload.bytes }

/** Types of entries that say anything of these tables. */
const typesOf = (tables: readonly Compared[]): string[] => [
  ...new Set(tables.flatMap(({ said }) => said.map(({ typ }) => typ))),
]

/** What was done and waits for its index: it will stand after all that has one. */
async function waiting(P: Primitives, tx: Tx, where: SQL | undefined): Promise<SaidEntry[]> {
  const rows = await tx
    .select({ kind: logOutbox.kind, leaf: logOutbox.leaf, ref: logOutbox.tender, bytes: logPayload.bytes })
    .from(logOutbox)
    .leftJoin(logPayload, eq(logPayload.hash, logOutbox.payloadHash))
    .where(where)
    .orderBy(asc(logOutbox.id))
  const found: SaidEntry[] = []
  for (const { kind, leaf, ref, bytes } of rows) {
    if (kind === 'close' && ref !== null) {
      const none = { at: '', org: '-', by: '-', h: '' }
      found.push({ typ: 'tender.closed/1', index: null, leaf: { ...none, ref }, payload: {}, jws: '', kid: '' })
    }
    const entry = leaf && (await readStored(P, { idx: null, leaf, bytes }))
    if (entry) found.push(entry)
  }
  return found
}

function takeAll(said: Said, tables: readonly Compared[], entry: SaidEntry): void {
  noteBidders(said, entry)
  for (const { table, key, said: sources } of tables) said.take(entry, table, key, sources)
}

/** All that the log says of people, organisations, keys and custodians. It is held whole: a few hundred bytes for each. */
async function saidOfPeople(P: Primitives, tx: Tx): Promise<Said> {
  const said = new Said(P)
  const types = typesOf(PEOPLE)
  for (let after = -1; ; ) {
    const rows = await tx
      .select(stored)
      .from(logEntry)
      .leftJoin(logPayload, eq(logPayload.hash, logEntry.payloadHash))
      .where(and(inArray(logEntry.typ, types), gt(logEntry.idx, after)))
      .orderBy(asc(logEntry.idx))
      .limit(ENTRIES_AT_ONCE)
    for (const row of rows) {
      const entry = await readStored(P, row)
      if (entry) takeAll(said, PEOPLE, entry)
    }
    const end = rows.at(-1)
    if (!end) break
    after = end.idx
  }
  for (const entry of await waiting(P, tx, inArray(logOutbox.typ, types))) takeAll(said, PEOPLE, entry)
  return said
}

/** What the operator decided about fields and qualifications, from the texts that it sealed. */
async function openDecisions(P: Primitives, tx: Tx, said: Said): Promise<Found[]> {
  const found: Found[] = []
  for (const table of [fieldDecision, factDecision, question]) {
    for (let after = ''; ; ) {
      const rows = await tx
        .select({ c: table.c, salt: table.salt, text: table.text, entry: logEntry.idx, waits: logOutbox.id })
        .from(table)
        .leftJoin(logEntry, eq(logEntry.c, table.c))
        .leftJoin(logOutbox, eq(logOutbox.c, table.c))
        .where(gt(table.c, after))
        .orderBy(asc(table.c))
        .limit(ROWS_AT_ONCE)
      for (const { c, salt, text, entry: index, waits } of rows) {
        const where = `${getTableName(table)} c=${c}`
        if (index === null && waits === null) found.push({ where, says: 'c is on no entry of the log' })
        else if (opens(P, salt, text) !== c) found.push({ where, says: 'text and salt do not give the commitment' })
        else
          for (const entry of opened(text, index, { at: '', org: '-', ref: '-', by: '-', h: c }))
            takeAll(said, DECISIONS, entry)
      }
      const last = rows.at(-1)
      if (!last) break
      after = last.c
    }
  }
  return found
}

async function comparePeople(P: Primitives, tx: Tx, said: Said): Promise<{ rows: number; found: Found[] }> {
  const found: Found[] = await openDecisions(P, tx, said)
  let rows = 0
  for (const compared of [...PEOPLE, ...DECISIONS]) {
    const columns = getTableColumns(compared.table) as Record<string, PgColumn>
    const key = (compared.order ?? compared.key).map((name) => columns[name] as PgColumn)
    const order = sql.join(
      key.map((column) => sql`${column}`),
      sql`, `,
    )
    const there = new Set<string>()
    const all = said.rows(compared.table)
    for (let last: Record<string, unknown> | undefined; ; ) {
      const after = last
      const past =
        after &&
        sql`(${order}) > (${sql.join(
          (compared.order ?? compared.key).map((name, i) => sql`${sql.param(after[name], key[i])}`),
          sql`, `,
        )})`
      const page = (await tx
        .select(selected(compared))
        .from(compared.table)
        .where(past)
        .orderBy(order)
        .limit(ROWS_AT_ONCE)) as Row[]
      found.push(...compareRows(P, compared, page, all, false))
      for (const row of page) there.add(keyed(compared, row))
      rows += page.length
      last = page.at(-1)
      if (last === undefined) break
    }
    if (compared.mayGo) continue
    const missing = new Map([...all].filter(([name]) => !there.has(name)))
    found.push(...compareRows(P, compared, [], missing))
  }
  return { rows, found }
}

/** The condition that rows are of some of these tenders. */
function ofTenders({ table, of }: Compared, nos: readonly string[]): SQL {
  if (typeof of === 'function') return of(nos)
  const columns = getTableColumns(table) as Record<string, PgColumn>
  return inArray(columns[of as string] as PgColumn, [...nos])
}

/**
 * Opens what the operator itself holds of the sealed entries of tenders: statement and salt give the commitment in the log or do not.
 * Answers what they say, and the receipts whose signature is that of the key that signs receipts.
 */
async function openSealed(P: Primitives, tx: Tx, nos: readonly string[], people: Said) {
  const found: Found[] = []
  const entries = new Map<string, SaidEntry[]>()
  const rows = await tx
    .select({ act: bidAct, received: bidReceipt.received, entry: logEntry.idx, waits: logOutbox.id })
    .from(bidAct)
    .leftJoin(bidReceipt, eq(bidReceipt.act, bidAct.id))
    .leftJoin(logEntry, eq(logEntry.c, bidAct.c))
    .leftJoin(logOutbox, eq(logOutbox.c, bidAct.c))
    .where(inArray(bidAct.tender, [...nos]))
    .orderBy(asc(bidAct.id))
  for (const { act, received, entry: index, waits } of rows) {
    const where = `bid_act c=${act.c}`
    const about: SaidEntry[] = []
    const leaf = { at: '', org: '-', ref: act.tender, by: '-', h: act.c }
    if (index === null && waits === null) found.push({ where, says: 'c is on no entry of the log' })
    else if (opens(P, act.salt, act.jws) === act.c) about.push(...opened(act.jws, index, leaf))
    const receipt = received === null ? null : await receiptOf(P, received, people)
    if (received === null) found.push({ where: `bid_receipt act=${act.id}`, says: `is missing: ${act.c} was received` })
    else if (act.kind === 'refusal' ? received !== act.jws : receipt?.c !== act.c)
      found.push({
        where: `bid_receipt act=${act.id}`,
        says: `received is not what the service signed for ${act.c}`,
      })
    else if (receipt) about.push({ typ: 'received/1', index, leaf, payload: receipt, jws: '', kid: '' })
    entries.set(act.tender, [...(entries.get(act.tender) ?? []), ...about])
  }
  return { found, entries, rows: rows.length }
}

/** What was sealed: a signed statement, or canonical JSON where whoever decided had no key. */
function opened(text: string, index: number | null, leaf: SaidEntry['leaf']): SaidEntry[] {
  try {
    if (text.startsWith('{')) {
      const payload = object(parseJson(text))
      return [{ typ: String(payload.typ), index, leaf, payload, jws: '', kid: '' }]
    }
    const jws = text
    const { header, payload } = readJws(jws)
    return [{ typ: String(payload.typ), index, leaf, payload, jws, kid: header.kid }]
  } catch (error) {
    if (error instanceof FormatError) return []
    throw error
  }
}

/** What a receipt says, if a key of the log signed it. */
async function receiptOf(P: Primitives, received: string, people: Said): Promise<Record<string, Json> | null> {
  const [read] = opened(received, null, { at: '', org: '', ref: '', by: '', h: '' })
  const jwk = read && people.value(actorKey, [read.kid], 'jwk')
  if (!read || jwk === undefined) return null
  return (await verifyJws(P, received, readPublicJwk(jwk), read.typ))?.payload ?? null
}

async function compareTenders(P: Primitives, tx: Tx, nos: readonly string[], people: Said) {
  const entries = await tx
    .select({ ...stored, ref: logEntry.ref })
    .from(logEntry)
    .leftJoin(logPayload, eq(logPayload.hash, logEntry.payloadHash))
    .where(and(inArray(logEntry.ref, [...nos]), inArray(logEntry.typ, [...TYPES])))
    .orderBy(asc(logEntry.idx))
  const said = new Said(P, people)
  const closings: SaidEntry[] = []
  for (const row of entries) {
    const entry = await readStored(P, row)
    if (!entry) continue
    takeAll(said, TENDERS, entry)
    if (entry.typ === 'tender.closed/1') closings.push(entry)
  }
  for (const entry of await waiting(P, tx, inArray(logOutbox.tender, [...nos]))) takeAll(said, TENDERS, entry)
  const sealed = await openSealed(P, tx, nos, people)
  for (const about of sealed.entries.values()) for (const entry of about) takeAll(said, TENDERS, entry)

  const found = sealed.found
  for (const closed of closings) found.push(...(await compareClosing(P, tx, closed.leaf.ref, closed)))
  let rows = sealed.rows
  for (const compared of TENDERS) {
    const all = await rowsOf(tx, compared, ofTenders(compared, nos))
    const of = typeof compared.of === 'string' ? compared.of : null
    // What an entry has not fixed yet may still change.
    const judged = of === null ? all : all.filter((row) => begun(compared, said, String(row[of])))
    found.push(...compareRows(P, compared, judged, said.rows(compared.table)))
    rows += judged.length
  }
  return { rows, found }
}

const TYPES: ReadonlySet<string> = new Set([...typesOf(TENDERS), 'opening.reveal/1', 'draw.contribution/1', 'rekey/1'])

/** Sealed entries of which the operator no longer holds what they are: a bid, a refusal, a decision or a cover was taken away. */
async function ofNoAct(tx: Tx): Promise<Found[]> {
  const holders = [bidAct, logCover, fieldDecision, factDecision, question].map(
    (table) => sql`NOT EXISTS (SELECT FROM ${table} WHERE ${table.c} = ${logEntry.c})`,
  )
  const rows = await tx
    .select({ idx: logEntry.idx, c: logEntry.c })
    .from(logEntry)
    .where(and(isNotNull(logEntry.c), ...holders))
    .orderBy(asc(logEntry.idx))
  return rows.map(({ idx, c }) => ({
    where: `entry ${idx}`,
    says: `is of no sealed act, decision or cover: what gives ${c} is missing`,
  }))
}

/** Covers give their commitments, and each closing list has the sealed acts and covers of its tender and no others. */
async function compareCovers(P: Primitives, tx: Tx): Promise<Found[]> {
  const found: Found[] = []
  for (let after = -1; ; ) {
    const rows = await tx
      .select()
      .from(logCover)
      .where(gt(logCover.idx, after))
      .orderBy(asc(logCover.idx))
      .limit(ROWS_AT_ONCE)
    for (const { idx, salt, c } of rows)
      if (opens(P, salt, 'cover') !== c)
        found.push({ where: `log_cover idx=${idx}`, says: 'salt does not give the commitment c' })
    const last = rows.at(-1)
    if (!last) return found
    after = last.idx
  }
}

async function compareClosing(P: Primitives, tx: Tx, no: string, closed: SaidEntry): Promise<Found[]> {
  const index = closed.index
  const [beside] = await tx
    .select({ bytes: logPayload.bytes })
    .from(logPayload)
    .where(eq(logPayload.hash, Buffer.from(String(closed.payload.leaves), 'base64url')))
  // Missing or other bytes: the comparison of payloads names it.
  if (index === null || !beside || Buffer.from(P.sha256(beside.bytes)).toString('base64url') !== closed.payload.leaves)
    return []
  const listed = readClosingList(parseJson(fromUtf8(beside.bytes), { bytes: 1 << 28 }))
  const own = [
    ...(await tx.select({ idx: bidAct.idx, c: bidAct.c }).from(bidAct).where(eq(bidAct.tender, no))),
    ...(await tx.select({ idx: logCover.idx, c: logCover.c }).from(logCover).where(eq(logCover.tender, no))),
  ]
  const there = new Set(own.filter(({ idx }) => idx !== null && idx < index).map(({ idx, c }) => `${idx} ${c}`))
  const right = new Set(listed.map(([idx, c]) => `${idx} ${c}`))
  const by = `entry ${index}, tender.closed/1`
  return [
    ...[...right]
      .filter((one) => !there.has(one))
      .map((one) => ({ says: `lists ${one}, of which there is no row (${by})` })),
    ...[...there]
      .filter((one) => !right.has(one))
      .map((one) => ({ says: `does not list ${one}, of which there is a row (${by})` })),
  ].map(({ says }) => ({ where: `closing list of ${no}`, says }))
}

/** Rows that are of no tender, and entries of a tender of which there is no row: nothing else looks at them. */
async function ofNoTender(tx: Tx): Promise<Found[]> {
  const found: Found[] = []
  const gone = await tx
    .selectDistinct({ no: logEntry.ref })
    .from(logEntry)
    .where(and(isNotNull(logEntry.ref), sql`NOT EXISTS (SELECT FROM ${tender} WHERE ${tender.no} = ${logEntry.ref})`))
  for (const { no } of gone) found.push({ where: `tender no=${no}`, says: 'is missing: entries of the log name it' })
  for (const { table, of, unsaid } of TENDERS) {
    // Tenders themselves, and proposals, of which most are about people.
    if (typeof of !== 'string' || unsaid) continue
    const column = (getTableColumns(table) as Record<string, PgColumn>)[of] as PgColumn
    const rows = await tx
      .select({ no: column, n: count() })
      .from(table)
      .where(sql`NOT EXISTS (SELECT FROM ${tender} WHERE ${tender.no} = ${column})`)
      .groupBy(column)
    for (const { no, n } of rows)
      found.push({ where: `${getTableName(table)} ${column.name}=${no}`, says: `${n} rows are of no tender` })
  }
  return found
}

/**
 * Compares what the database holds of people and tenders with the entries that say it, in the snapshot of the transaction: a column
 * that was changed, a row that no entry says, a row that is missing. A few tenders are in memory at a time. Acts whose entry waits for
 * its index are compared with what waits.
 *
 * Example: after `UPDATE mark SET mark = 100` each mark is found as
 * `mark tender=… evaluator=E1 bidder=A item=… mark is 100, the log says 38 (entry 91, scores.locked/1)`.
 */
export async function compareActs(
  P: Primitives,
  tx: Tx,
  progress: (says: string) => void = () => {},
): Promise<{ rows: number; differences: Found[] }> {
  const people = await saidOfPeople(P, tx)
  const first = await comparePeople(P, tx, people)
  const differences = [
    ...first.found,
    ...(await ofNoTender(tx)),
    ...(await ofNoAct(tx)),
    ...(await compareCovers(P, tx)),
  ]
  let { rows } = first
  progress(`${rows} rows of people, organisations and keys compared`)
  let tenders = 0
  for (let after = ''; ; ) {
    const page = await tx
      .select({ no: tender.no })
      .from(tender)
      .where(gt(tender.no, after))
      .orderBy(asc(tender.no))
      .limit(TENDERS_AT_ONCE)
    const last = page.at(-1)
    if (!last) break
    const some = await compareTenders(
      P,
      tx,
      page.map(({ no }) => no),
      people,
    )
    differences.push(...some.found)
    rows += some.rows
    tenders += page.length
    after = last.no
    progress(`${tenders} tenders, ${rows} rows compared`)
  }
  return { rows, differences }
}
