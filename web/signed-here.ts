// What was signed in this browser and taken by the service, before the log has it? Kept, so that a receipt can be asked for at once.
import { b64u, fromB64u, utf8 } from '../src/proof/bytes.ts'
import { readJws } from '../src/proof/jws.ts'
import { commitment } from '../src/proof/leaf.ts'
import { webPrimitives as P } from '../src/proof/web-primitives.ts'
import { keep, keptAll } from './browser-store.ts'
import type { SignedHere } from './pages/receipts/own-acts.ts'

/** Remembers a signed statement that was accepted. That nothing can be kept here never stops the act. */
export async function rememberSigned(
  account: string,
  { jws, salt }: { jws: string; salt?: string | undefined },
  at: string,
): Promise<void> {
  const { typ, tender } = readJws(jws).payload
  const of: SignedHere = {
    h: b64u(P.sha256(utf8(jws))),
    c: salt === undefined ? null : commitment(P, fromB64u(salt), jws),
    typ: String(typ),
    ref: typeof tender === 'string' ? tender : '-',
    account,
    at,
  }
  await keep('signed', of).catch(() => {})
}

export const signedBy = async (account: string): Promise<SignedHere[]> =>
  (await keptAll<SignedHere>('signed')).filter((one) => one.account === account)
