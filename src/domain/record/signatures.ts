// Did the persons who acted sign for it? Each act in the log that is a person's, each evaluator's sheet, the officer's order to lock.
import { FormatError } from '../../proof/bytes.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { CLOSING_OVERRIDE } from '../openings/closing-time.ts'
import { signedHash } from '../tenders/signed-acts.ts'
import type { Entry } from './entry.ts'
import { brief, type CheckName, type Finding, finding } from './finding.ts'
import { type Keyring, keyInForce, type LoggedKey } from './keyring.ts'
import { type LockOrder, type Notice, readLockOrder, readSignedSheet, type ScoresLocked, sameJson } from './payloads.ts'
import { CUSTODIANS_LOST } from './rekey.ts'
import { qualitativeItems } from './requires.ts'

/** Reasons of incidents that only an overseer of the tender may give, signed: the clock and the server write others in nobody's name. */
export const BY_OVERSEERS: readonly string[] = [CLOSING_OVERRIDE, CUSTODIANS_LOST]

const wrong = (index: number, ko: string, en: string, check: CheckName = 'signatures'): Finding =>
  finding(check, `기록 ${index}번: ${ko}`, `Entry ${index}: ${en}`)

/**
 * Is the entry signed by a key of the organisation that its leaf names, in force where the entry stands? Null when it is.
 *
 * @param may whose acts these are: the organisation must be one that `may` lets act
 */
export async function actFinding(
  P: Primitives,
  ring: Keyring,
  e: Entry<object>,
  may: (org: string) => boolean,
): Promise<Finding | null> {
  if (!may(e.leaf.org)) {
    return wrong(
      e.index,
      `이 행위(${e.leaf.typ})를 할 수 없는 기관입니다: ${brief(e.leaf.org)}.`,
      `${brief(e.leaf.org)} may not do this (${e.leaf.typ}).`,
    )
  }
  const key = keyInForce(ring.actors, e.leaf.org, e.kid, e.index)
  if (key && (await verifyJws(P, e.jws, key.jwk, e.leaf.typ))) return null
  return wrong(
    e.index,
    `${e.leaf.typ}에 그때 효력이 있던 ${brief(e.leaf.org)} 사람의 서명이 없습니다.`,
    `${e.leaf.typ} is not signed by a person of ${brief(e.leaf.org)} whose key was in force then.`,
  )
}

/** Kids that signed what stands inside the locked scores, or other payloads: whose keys are to be looked up. Nothing is verified. */
export function kidsInside(signed: readonly string[]): string[] {
  return signed.flatMap((jws) => {
    try {
      return [readJws(jws).header.kid]
    } catch (e) {
      if (e instanceof FormatError) return []
      throw e
    }
  })
}

/** A JWS inside a payload: who signed it and what it says, if a key in force at the index did. */
export async function signedInside<T>(
  P: Primitives,
  ring: Keyring,
  jws: string,
  typ: string,
  at: { index: number; read: (payload: Parameters<typeof readLockOrder>[0]) => T },
): Promise<{ key: LoggedKey; said: T } | null> {
  try {
    const { kid } = readJws(jws).header
    const of = ring.actors.find((k) => k.kid === kid)
    const key = of && keyInForce(ring.actors, of.org, kid, at.index)
    const verified = key && (await verifyJws(P, jws, key.jwk, typ))
    return verified ? { key, said: at.read(verified.payload) } : null
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}

const inOrder = <T extends object>(rows: readonly T[]): string[] => rows.map((row) => JSON.stringify(row)).sort()

const sameRows = <T extends object>(a: readonly T[], b: readonly T[]): boolean =>
  inOrder(a).join('\n') === inOrder(b).join('\n')

/**
 * Everything about the locked scores that no person signed for. Every evaluator signed a sheet with just the marks that are locked,
 * no two of them are one person, and none of them signed the officer's order; that order is by the buyer's key which the leaf names,
 * for these very sheets and these quantitative marks.
 */
export async function lockSignatureFindings(
  P: Primitives,
  ring: Keyring,
  e: Entry<ScoresLocked>,
  notice: Notice,
): Promise<Finding[]> {
  const { payload: locked, index } = e
  const found: Finding[] = []
  const say = (ko: string, en: string) => found.push(wrong(index, ko, en, 'sheets'))
  const seats = qualitativeItems(notice.rule).length > 0 && locked.labels.length > 0 ? notice.evaluators : []
  if (!sameJson([...seats].sort(), locked.sheets.map((s) => s.evaluator).sort())) {
    say('서명한 채점표가 평가위원마다 하나씩이 아닙니다.', 'there is not one signed sheet of each evaluator.')
  }
  const persons = new Map<string, string>()
  for (const { evaluator, jws } of locked.sheets) {
    const sheet = await signedInside(P, ring, jws, 'marks/1', { index, read: readSignedSheet })
    if (!sheet) {
      say(
        `${brief(evaluator)}의 채점표에 서명이 없습니다.`,
        `the sheet of ${brief(evaluator)} is not signed by a key in force.`,
      )
      continue
    }
    const { key, said } = sheet
    const other = persons.get(key.id)
    if (other !== undefined) {
      say(`두 자리가 한 사람입니다: ${other}, ${brief(evaluator)}.`, `${other} and ${brief(evaluator)} are one person.`)
    }
    persons.set(key.id, brief(evaluator))
    const own = locked.marks.filter((m) => m.evaluator === evaluator).map(({ evaluator: _, ...m }) => m)
    const about = said.tender === locked.tender && said.lot === locked.lot && said.evaluator === evaluator
    if (!about || !sameRows(said.marks, own)) {
      say(
        `확정된 점수가 서명한 것과 다릅니다: ${brief(evaluator)}.`,
        `the marks locked for ${brief(evaluator)} are not those that were signed.`,
      )
    }
  }
  const order = await signedInside<LockOrder>(P, ring, locked.lock, 'scores.lock/1', { index, read: readLockOrder })
  if (!order || order.key.org !== notice.notice.agency.id || order.key.kid !== e.leaf.by || persons.has(order.key.id)) {
    say('점수 확정에 발주 기관 담당자의 서명이 없습니다.', 'no officer of the buyer signed the order to lock.')
    return found
  }
  const sheets = locked.sheets.map(({ evaluator, jws }) => ({ evaluator, h: signedHash(P, jws) }))
  const { said } = order
  const about = said.tender === locked.tender && said.lot === locked.lot
  if (!about || !sameRows(said.sheets, sheets) || !sameRows(said.quantitative, locked.quantitative)) {
    say('확정된 것이 담당자가 서명한 것과 다릅니다.', 'what is locked is not what the officer signed for.')
  }
  return found
}
