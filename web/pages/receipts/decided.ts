// What did the operator decide about somebody, sealed in the log, and by which receipt number does the log have it?
import { FormatError, fromB64u } from '../../../src/proof/bytes.ts'
import { type JsonObject, parseJson } from '../../../src/proof/canonical.ts'
import { readJws } from '../../../src/proof/jws.ts'
import { commitment } from '../../../src/proof/leaf.ts'
import type { Primitives } from '../../../src/proof/primitives.ts'
import type { SignedHere } from './own-acts.ts'

/** What opens a sealed entry: its salt, and the decision as it was signed, or canonical JSON where nobody signed it. */
export type Opened = { salt: string; text: string; at?: string }

/**
 * The rows of decisions about oneself. The receipt number is computed from what opens the entry, and not taken from the service: only a
 * log that has just this decision is found to have it. What cannot be read is left out.
 *
 * @param at when it was decided, RFC 3339, where that is shown; the sealed entry itself says no time
 */
export function decidedAbout(P: Primitives, account: string, opened: readonly Opened[]): SignedHere[] {
  return opened.flatMap(({ salt, text, at = '' }) => {
    try {
      const said = text.startsWith('{') ? (parseJson(text) as JsonObject) : readJws(text).payload
      const c = commitment(P, fromB64u(salt), text)
      const typ = String(said.typ).replace(/\/\d+$/, '')
      return [{ h: c, c, typ: said.verdict === 'refused' ? `${typ}.refused/1` : `${typ}/1`, ref: '-', account, at }]
    } catch (error) {
      if (error instanceof FormatError) return []
      throw error
    }
  })
}
