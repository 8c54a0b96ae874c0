// Can this person sign here: is the key in force in this browser, in another one, or not made yet?
import { useQuery } from '@tanstack/react-query'
import type { ReplyOf } from '../src/api/endpoint.ts'
import { ENDPOINTS, keyOf, queries, useAsk } from './call.ts'
import { canSign, type StoredKey, storedKey } from './signing-key.ts'

type Me = ReplyOf<(typeof ENDPOINTS)['readMe']>

export type SigningKey =
  | { state: 'asking' }
  | { state: 'trouble'; error: unknown }
  /** The browser does no cryptography at this address (no https). */
  | { state: 'unsupported' }
  | { state: 'none' | 'elsewhere'; me: Me }
  | { state: 'here'; me: Me; key: StoredKey }

export function useSigningKey(): SigningKey {
  const me = useAsk(ENDPOINTS.readMe, {})
  const { account, kid } = me.data ?? { account: '', kid: null }
  const key = useQuery({
    queryKey: ['signing-key', account, kid],
    queryFn: () => storedKey(account, kid),
    enabled: me.data !== undefined,
    // A key object is not JSON: it is taken as it is.
    structuralSharing: false,
    networkMode: 'always',
  })
  if (!canSign()) return { state: 'unsupported' }
  if (me.error) return { state: 'trouble', error: me.error }
  if (!me.data || key.data === undefined) return { state: 'asking' }
  if (key.data) return { state: 'here', me: me.data, key: key.data }
  return { state: me.data.kid === null ? 'none' : 'elsewhere', me: me.data }
}

/** After an enrolment: who am I, with which key? */
export const askAgainForKey = (): Promise<void> => queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readMe) })
