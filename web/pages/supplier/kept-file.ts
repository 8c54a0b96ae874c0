// What is in the file that a bidder saved? Read as a stranger's text: nothing of it is believed before the log bears it out.
import type { ByKind } from '../../../src/domain/bids/prepare.ts'

export type KeptFile = {
  /** Commitment: the receipt number. */
  c: string
  /** The server's signed receipt. */
  received: string
  jws: string
  salt: string
  envelopes: ByKind<string> | null
  eids: ByKind<string> | null
  /** The bidder’s own secrets. */
  seeds: ByKind<string> | null
  /** The same shut with a passphrase, as an armored age file; absent where they stand open, or nowhere. */
  locked?: string
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

function pair(value: unknown): ByKind<string> | null {
  const { technical, price } = record(value)
  if (typeof price !== 'string') return null
  if (technical === undefined) return { price }
  return typeof technical === 'string' ? { technical, price } : null
}

/** Null when it is not a receipt file of this tender. */
export function readKeptFile(text: string, tender: string): KeptFile | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return null
  }
  const file = record(parsed)
  const { receiptNumber: c, received, submission: jws, salt } = file
  if (file.format !== 'madang-receipt/1' || file.tender !== tender) return null
  if (typeof c !== 'string' || typeof received !== 'string' || typeof jws !== 'string' || typeof salt !== 'string') {
    return null
  }
  const { age } = record(file.seeds)
  return {
    c,
    received,
    jws,
    salt,
    envelopes: pair(file.envelopes),
    eids: pair(file.eids),
    seeds: pair(file.seeds),
    ...(typeof age === 'string' && { locked: age }),
  }
}

/** Few shut their file: the code that does is fetched by whoever does. */
const locks = () => import('../../../src/proof/locked.ts')

/** The secrets shut with a passphrase, and a file whose secrets were shut opened with it; null where it is another. */
export async function lockSeeds(seeds: ByKind<string>, passphrase: string): Promise<string> {
  const { lockText } = await locks()
  return lockText(JSON.stringify(seeds), passphrase)
}

export async function unlocked(file: KeptFile, passphrase: string): Promise<KeptFile | null> {
  if (file.locked === undefined) return null
  const { openText } = await locks()
  const text = await openText(file.locked, passphrase)
  if (text === null) return null
  try {
    const seeds = pair(JSON.parse(text))
    return seeds && { ...file, seeds }
  } catch {
    return null
  }
}

/**
 * The one file that a bidder keeps: proof, receipt, statement, and the secrets that restore the bid. With it alone dropped bytes are put
 * back, and the bid is sealed again to other custodians.
 */
export const writeKeptFile = (
  file: KeptFile & { tender: string; kind: 'submission' | 'withdrawal'; proof: string | null },
): string =>
  `${JSON.stringify(
    {
      format: 'madang-receipt/1',
      tender: file.tender,
      kind: file.kind,
      receiptNumber: file.c,
      proof: file.proof,
      received: file.received,
      submission: file.jws,
      salt: file.salt,
      envelopes: file.envelopes,
      eids: file.eids,
      seeds: file.locked === undefined ? file.seeds : { age: file.locked },
    },
    null,
    2,
  )}\n`
