// Who sat on a drawn committee? Named with the lock of the scores: the salt of each number, the opened confirmation and the signed declaration, and of nobody else's.
import { b64u } from '../../proof/bytes.ts'
import { append } from '../log/append.ts'
import type { Advancing } from '../tenders/advance.ts'
import { callsOf } from './calls.ts'
import { confirmationsOf } from './confirmations.ts'

export async function nameCommittee({ P, work, row }: Advancing): Promise<void> {
  if (!row.pool) return
  const seated = (await callsOf(work, row.no)).filter((call) => call.state === 'seated')
  const shown = await confirmationsOf(work, row.no, seated)
  const seats = seated
    .map(({ evaluator, id, salt, account, field, jws }) => {
      const confirmed = shown.get(`${account} ${field}`)
      return {
        evaluator,
        id,
        salt: b64u(salt),
        person: account,
        ...(confirmed && { confirmed: { ...confirmed } }),
        ...(jws !== null && { declared: jws }),
      }
    })
    .sort((a, b) => Number(a.evaluator?.slice(1)) - Number(b.evaluator?.slice(1)))
  const payload = { typ: 'committee.named/1', tender: row.no, lot: '1', seats }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
}
