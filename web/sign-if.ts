// Does this person sign an act that whoever has a key signs? Here with the key, without one not at all.
import { millisZ } from '../src/domain/kit/time.ts'
import type { JsonObject } from '../src/proof/canonical.ts'
import { serverNow } from './clock.ts'
import { signAct } from './sign-act.ts'
import type { SigningKey } from './use-signing-key.ts'

type Signing = Extract<SigningKey, { state: 'here' | 'none' }>

/** Can the person act on this page: is the key here, or is there none? */
export const canAct = (signing: SigningKey): signing is Signing => signing.state === 'here' || signing.state === 'none'

/** The moment that a proposal names, by the server's clock. */
export const madeNow = (): string => millisZ(serverNow())

/** The member `jws` of a request: signed where there is a key, else not there. */
export async function signedIf<const N extends string = 'jws'>(
  signing: Signing,
  payload: JsonObject & { typ: string },
  name: N = 'jws' as N,
): Promise<{ [M in N]?: string }> {
  if (signing.state !== 'here') return {}
  return { [name]: await signAct(signing.key, payload) } as { [M in N]?: string }
}
