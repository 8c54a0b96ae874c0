// What does an authenticator app show now? For the accounts of a demonstration, whose secrets are printed, and for whoever has only a terminal.
import { codeOf, fromBase32, STEP_SECONDS, stepAt } from '../node/totp.ts'
import { type Terminal, Unusable } from './terminal.ts'

/** Prints the code of this half minute (RFC 6238), and the seconds that it still counts. Throws Unusable on what is no secret. */
export function code(secret: string, terminal: Terminal, now = Date.now()): number {
  let bytes: Uint8Array
  try {
    bytes = fromBase32(secret)
  } catch (err) {
    throw new Unusable((err as Error).message)
  }
  if (bytes.length < 10) throw new Unusable('a secret has sixteen letters or more')
  const left = STEP_SECONDS - Math.floor((now / 1000) % STEP_SECONDS)
  terminal.out(codeOf(bytes, stepAt(now)))
  terminal.err(`for ${left} more second${left === 1 ? '' : 's'}`)
  return 0
}
