// Which acts of one's own are there: those that the log has, and those that the service took and the log has not got yet?
import type { OwnEntry } from '../../../src/domain/record/own-entries.ts'

/** A statement that was signed in this browser and taken by the service. */
export type SignedHere = {
  /** SHA-256 of the statement: what an entry of the log, or something in one, names it by. */
  h: string
  /** The receipt number of what was handed in to an auction; else null. */
  c: string | null
  typ: string
  /** Tender number, or `-`. */
  ref: string
  account: string
  /** When the service had taken it. */
  at: string
}

export type SealedAct = {
  tender: string
  kind: 'submission' | 'withdrawal' | 'refusal' | 'auction' | 'question'
  seq: number | null
  c: string
  at: string
}

export type ReceiptRow = {
  key: string
  /** Under which the page's words are: `tender-notice`, `bid`, `marks`. */
  what: string
  /** Tender number, or `-`. */
  ref: string
  at: string
  /** Place in the log; null while it has none. */
  index: number | null
  state: 'received' | 'entered' | 'witnessed'
  /** Receipt number of a blinded entry, whose receipt is asked for by it; else null. */
  c: string | null
  /** What a sealed entry is made of, where the service gives its receipt without it; else null. */
  sealed: string | null
  /** The entry is another's, and holds what was signed. */
  inside: boolean
}

/** `custodian.prekeys/1` has its words under `custodian-prekeys`. */
export const wordOf = (typ: string): string => typ.replace(/\/\d+$/, '').replaceAll('.', '-')

const wordOfSealed = ({ kind, seq }: SealedAct): string =>
  kind === 'submission' ? (seq === 1 ? 'bid' : 'replacement') : kind

/** Rows, the newest first. Each act stands once: in the log if it is there, else as the service took it. */
export function receiptRows(
  { entries, witnessed }: { entries: readonly OwnEntry[]; witnessed: 'none' | { at: string } | null },
  sealed: readonly SealedAct[],
  here: readonly SignedHere[],
): ReceiptRow[] {
  const inLog: ReceiptRow['state'] = witnessed === null || witnessed === 'none' ? 'entered' : 'witnessed'
  const byReceipt = new Map(entries.flatMap((entry) => (entry.of === null ? [] : [[entry.of, entry] as const])))
  const rows: ReceiptRow[] = sealed.map((act) => {
    const entry = byReceipt.get(act.c)
    return {
      key: act.c,
      what: wordOfSealed(act),
      ref: act.tender,
      at: act.at,
      index: entry?.index ?? null,
      state: entry ? inLog : 'received',
      c: act.kind === 'auction' ? null : act.c,
      sealed: null,
      inside: entry?.how === 'inside',
    }
  })
  const told = new Set(sealed.map((act) => act.c))
  const signed = new Map(here.flatMap((one) => [[one.h, one] as const, ...(one.c ? [[one.c, one] as const] : [])]))
  for (const entry of entries) {
    if (entry.of !== null && told.has(entry.of)) continue
    rows.push(rowOf(entry, inLog, entry.of === null ? undefined : signed.get(entry.of)))
  }
  const found = new Set(entries.map((entry) => entry.of))
  for (const { h, c, typ, ref, at } of here) {
    if (found.has(h) || (c !== null && (found.has(c) || told.has(c)))) continue
    rows.push({
      key: h,
      what: wordOf(typ),
      ref,
      at,
      index: null,
      state: 'received',
      c: null,
      sealed: null,
      inside: false,
    })
  }
  return rows.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : (b.index ?? 0) - (a.index ?? 0)))
}

function rowOf(entry: OwnEntry, state: ReceiptRow['state'], signed: SignedHere | undefined): ReceiptRow {
  const { index, typ, ref, at, how } = entry
  return {
    key: `entry ${index}`,
    what: signed ? wordOf(signed.typ) : wordOf(typ),
    ref,
    at: at ?? signed?.at ?? '',
    index,
    state,
    c: null,
    sealed: how === 'sealed' ? entry.of : null,
    inside: how === 'inside',
  }
}
