// Did two persons of the body that shut a firm out, or let it in again, sign for that?
import type { JsonObject } from '../../proof/canonical.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { timeOf } from '../kit/time.ts'
import { approvingExclusion, exclusionId, lifting, shuttingOut } from '../tenders/signed-acts.ts'
import type { Entry } from './entry.ts'
import { brief, type Finding, finding } from './finding.ts'
import type { Keyring } from './keyring.ts'
import { type BothSigned, type ExclusionPayload, type LiftingPayload, type Notice, sameJson } from './payloads.ts'
import { signedInside } from './signatures.ts'

const wrong = (index: number, ko: string, en: string): Finding =>
  finding('second-person', `기록 ${index}번: ${ko}`, `Entry ${index}: ${en}`)

/** What is wrong with the two signatures inside an entry; null when both persons of the leaf's body signed what it says. */
async function bothFinding(
  P: Primitives,
  ring: Keyring,
  e: Entry<object>,
  { proposal, approval, proposedBy, approvedBy }: BothSigned,
  said: (proposal: JsonObject) => JsonObject & { typ: string },
): Promise<Finding | null> {
  const { index, leaf } = e
  const at = { index, read: (payload: JsonObject) => payload }
  const wanted = said({}).typ
  const first = await signedInside(P, ring, proposal, wanted, at)
  const second = await signedInside(P, ring, approval, 'exclusion.approval/1', at)
  const by = (one: typeof first, account: string) => one?.key.org === leaf.org && one.key.id === account
  if (!by(first, proposedBy) || !by(second, approvedBy) || proposedBy === approvedBy) {
    return wrong(
      index,
      `${leaf.typ}에 ${brief(leaf.org)}의 두 사람이 그때 효력이 있던 열쇠로 서명하지 않았습니다.`,
      `${leaf.typ} is not signed by two persons of ${brief(leaf.org)} whose keys were in force then.`,
    )
  }
  const persons = { proposedBy, approvedBy }
  const agreed =
    first &&
    second &&
    sameJson(first.said, said(first.said)) &&
    sameJson(second.said, approvingExclusion(P, proposal, persons))
  if (agreed) return null
  return wrong(
    index,
    `${leaf.typ}의 내용이 두 사람이 서명한 것과 다릅니다.`,
    `${leaf.typ} is not what the two persons signed.`,
  )
}

/** An exclusion begins when its proposer asked for, or with the next second after its entry where that has passed. */
function began(e: Entry<ExclusionPayload>, asked: unknown): string {
  const { from } = e.payload
  const next = timeOf(from) - timeOf(e.leaf.at) === 1000
  return typeof asked === 'string' && next && asked <= from ? asked : from
}

/**
 * Findings of `second-person` about exclusions and their ends. One that says that both persons signed must hold; one from before that
 * is believed only below a notice that does not ask for signed approvals.
 */
export async function exclusionFindings(
  P: Primitives,
  ring: Keyring,
  notice: Entry<Notice> | null,
  {
    exclusions,
    liftings,
  }: { exclusions: readonly Entry<ExclusionPayload>[]; liftings: readonly Entry<LiftingPayload>[] },
): Promise<Finding[]> {
  const found: Finding[] = []
  const judge = async (
    e: Entry<ExclusionPayload> | Entry<LiftingPayload>,
    said: (proposal: JsonObject) => JsonObject & { typ: string },
  ) => {
    const { signed } = e.payload
    const finds = signed && (await bothFinding(P, ring, e, signed, said))
    if (finds) found.push(finds)
    if (signed) return
    if (notice?.payload.twoPersons?.signed && e.index > notice.index)
      found.push(wrong(e.index, `${e.leaf.typ}에 서명이 없습니다.`, `nobody signed ${e.leaf.typ}.`))
  }
  for (const e of exclusions) {
    await judge(e, ({ from }) => shuttingOut({ ...e.payload, from: began(e, from) }))
    const { id, signed } = e.payload
    if (signed && id !== exclusionId(P, signed.proposal)) {
      found.push(
        wrong(
          e.index,
          '제재의 번호가 서명한 것에서 나온 번호가 아닙니다.',
          'the number of the exclusion does not follow from what was signed.',
        ),
      )
    }
  }
  for (const e of liftings) await judge(e, () => lifting(e.payload.id, e.payload.org, e.payload.statement))
  return found
}
