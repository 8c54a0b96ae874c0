// Who keeps the keys from now on? Chosen by the officer, held against the log in the officer's own browser, and only then signed for.
import { useTranslation } from 'react-i18next'
import { keysetsOf } from '../../../src/domain/tenders/procedure.ts'
import { b64u } from '../../../src/proof/bytes.ts'
import type { Json, JsonObject } from '../../../src/proof/canonical.ts'
import { signJws } from '../../../src/proof/jws.ts'
import { keysetId, readKeyset } from '../../../src/proof/keyset.ts'
import { webPrimitives as P } from '../../../src/proof/web-primitives.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { askLog } from '../../log/ask-log.ts'
import type { Doubt } from '../../log/follower.ts'
import type { Problem } from '../../parts/error-summary.tsx'
import { type StoredKey, signerOf } from '../../signing-key.ts'
import type { View } from '../tender/use-tender.ts'

/** Keysets as they came signed, and their ids, which the amendment names. */
export type OtherKeysets = {
  keysets: { technical?: string; price: string; draw?: string }
  ids: Record<string, string>
}

const KINDS = ['technical', 'price', 'draw'] as const

/** Signs keysets of these custodians for the tender as amended, unless the log speaks against them. */
export async function otherKeysets(
  view: View,
  key: StoredKey,
  { custodians, deadline }: { custodians: readonly string[]; deadline: string },
): Promise<OtherKeysets | Doubt[] | Problem> {
  const query = { custodians: custodians.join(','), deadline }
  const proposed = await ask(ENDPOINTS.proposeReplacement, { params: { no: view.no }, query })
  if (!proposed.ok) return { errors: proposed.errors, instance: String(proposed.body.instance ?? '') }
  const signed: Partial<Record<(typeof KINDS)[number], string>> = {}
  const ids: Record<string, string> = {}
  for (const kind of KINDS) {
    const keyset = proposed.body[kind]
    if (!keyset) continue
    signed[kind] = await signJws(P, signerOf(key), keyset as JsonObject & { typ: string })
    ids[kind] = b64u(keysetId(P, readKeyset(P, keyset as Json)))
  }
  const keysets = signed as OtherKeysets['keysets']
  const { doubts } = await askLog('keysets', {
    tender: view.no,
    agency: view.agency.id,
    deadline,
    openAfter: view.openAfter > deadline ? view.openAfter : deadline,
    rule: view.rule as JsonObject,
    pool: view.pool !== undefined,
    kid: key.kid,
    keysets,
  })
  return doubts.length > 0 ? doubts : { keysets, ids }
}

/** Those that have keys enough for this tender; all are chosen until the officer leaves some out. */
export function useAbleCustodians(view: View, wanted: boolean) {
  const { data, error } = useAsk(ENDPOINTS.listCustodians, {}, { enabled: wanted })
  const needed = keysetsOf({ rule: view.rule, pool: view.pool ?? null }).length
  return { error, able: (data?.custodians ?? []).filter((one) => one.prekeysLeft >= needed) }
}

export function CustodianChoice({
  able,
  left,
  onLeft,
}: {
  able: ReturnType<typeof useAbleCustodians>['able']
  left: ReadonlySet<string>
  onLeft: (left: ReadonlySet<string>) => void
}) {
  const { t, i18n } = useTranslation()
  return (
    <fieldset className="stack">
      <legend className="field-label">{t('agency.extend.custodians')}</legend>
      <p className="note">{t('agency.extend.custodiansHint')}</p>
      {able.map(({ id, name }) => (
        <label className="flex items-center gap-2" key={id}>
          <input
            checked={!left.has(id)}
            onChange={(event) => {
              const next = new Set(left)
              if (event.target.checked) next.delete(id)
              else next.add(id)
              onLeft(next)
            }}
            type="checkbox"
          />
          <span>{inLanguage(name, i18n.language)}</span>
        </label>
      ))}
    </fieldset>
  )
}
