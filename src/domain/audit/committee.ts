// Does what was drawn follow from what custodians had sealed? Opened again, sealed again, drawn again.
import { b64u, fromB64u, hex } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { checkContribution } from '../../proof/contribution.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { openEnvelope } from '../../proof/seal.ts'
import { drawStratum } from '../evaluators/committee-draw.ts'
import { committeePurpose } from '../evaluators/purpose.ts'
import type { Contribution } from '../openings/labels.ts'
import { countingContributions } from '../record/committee.ts'
import type { FetchPayload } from '../record/entry.ts'
import { brief, type Finding, finding } from '../record/finding.ts'
import { keyInForce } from '../record/keyring.ts'
import { sameJson } from '../record/payloads.ts'
import type { TenderRecord } from '../record/read.ts'
import { drawGivenUp } from '../record/rekey.ts'

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json

/**
 * Findings of `committee`: every listed contribution opened from the released shares and sealed again to the same bytes; those that a
 * custodian signed, with the root at the close, give the tickets of every stratum of the pool.
 *
 * @param root MTH(D[0 : I+1]), I = index of tender.closed/1
 */
export async function committeeDrawFindings(
  P: Primitives,
  r: TenderRecord,
  root: Uint8Array,
  fetch: FetchPayload,
): Promise<Finding[]> {
  const { pool, results } = r.committee
  if (!r.notice?.payload.pool || results.length === 0) return []
  const { contributions, findings: found } = await openContributions(P, r, fetch)
  const say = (ko: string, en: string) => found.push(finding('committee', ko, en))
  if (found.length > 0 || !pool) return found
  const { tender, lot } = r.notice.payload
  for (const { field, ids } of pool.payload.strata) {
    const purpose = committeePurpose(tender, lot, field)
    const [recorded, again] = results.filter((e) => e.payload.purpose === purpose)
    if (!recorded || again) {
      say(`${field}: 추첨 결과가 하나가 아닙니다.`, `${field}: there is not one result of the draw.`)
      continue
    }
    const { tender: _, lot: __, ranking: ___, closing, ...drawn } = recorded.payload
    const made = drawStratum(P, { root, contributions, tender, lot }, field, ids)
    if (closing === r.closed?.index && sameJson(json(made), json(drawn))) continue
    say(`${field}: 다시 뽑은 추첨표가 기록과 다릅니다.`, `${field}: the tickets drawn again are not the recorded ones.`)
  }
  return found
}

/**
 * What custodians sealed for the draws of a tender, opened from the released shares and sealed again to the same bytes. Findings of
 * `committee` when something was drawn from it that is not there or not open.
 */
export async function openContributions(
  P: Primitives,
  r: TenderRecord,
  fetch: FetchPayload,
): Promise<{ contributions: Contribution[]; findings: Finding[] }> {
  const findings: Finding[] = []
  const contributions: Contribution[] = []
  const say = (ko: string, en: string) => findings.push(finding('committee', ko, en))
  const { keyset, list, good } = r.committee.opening
  // Where no custodian sealed anything in time there is no list; prices are then drawn from what bidders sealed.
  if (keyset && !list && (await countingContributions(P, r.committee, r)).length === 0)
    return { contributions, findings }
  if (drawGivenUp(r)) return { contributions, findings }
  if (!keyset || !list || (list.payload.eids.length > 0 && good.length < keyset.keyset.t)) {
    say('공개된 열쇠 없이 추첨되었습니다.', 'Something was drawn before custodians had released their shares.')
    return { contributions, findings }
  }
  for (const { payload, kid, index } of await countingContributions(P, r.committee, r)) {
    const { eid, custodian } = payload
    if (!list.payload.eids.includes(eid)) continue
    const bytes = await fetch(hex(fromB64u(eid)))
    if (bytes === null || b64u(P.sha256(bytes)) !== eid) {
      say(
        `${brief(custodian)}의 봉인 난수가 공개되어 있지 않습니다.`,
        `The sealed contribution of ${brief(custodian)} is not published.`,
      )
      continue
    }
    const shares = good.flatMap(({ payload: released }) => {
      const share = released.shares.find((s) => s.eid === eid)
      return share ? [{ x: released.x, y: fromB64u(share.y) }] : []
    })
    const opened = await openEnvelope(P, keyset.keyset, bytes, shares)
    if (opened.state === 'waiting') {
      say(
        `${brief(custodian)}의 봉인 난수가 열리지 않았는데 추첨되었습니다.`,
        `Something was drawn while the contribution of ${brief(custodian)} is not open.`,
      )
    }
    const identity = keyInForce(r.ring.identities, custodian, kid, index)
    if (opened.state !== 'valid' || !identity) continue
    const checked = await checkContribution(P, opened.jws, identity.jwk)
    // A contribution that its maker spoiled is out for everybody.
    if (checked.ok) contributions.push({ eid, rnd: checked.r })
  }
  return { contributions, findings }
}
