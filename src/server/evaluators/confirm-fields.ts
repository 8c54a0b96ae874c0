// Is an evaluator really of the field that he or she states? Somebody else looks, and says so or refuses with a reason.
import { and, asc, count, desc, eq, isNull } from 'drizzle-orm'
import type { Express } from 'express'
import { evaluatorField, fieldDecision } from '../../../db/schema/evaluators.ts'
import { account, organisation } from '../../../db/schema/people.ts'
import { decideField, listStatedFields } from '../../api/evaluators.ts'
import type { Field } from '../../domain/evaluators/fields.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { fieldDecision as decisionOf } from '../../domain/organisations/register-acts.ts'
import { canonical } from '../../proof/canonical.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { appendSealed } from '../log/append.ts'
import { known } from '../people/caller.ts'
import { insistSigned } from '../people/signed-act.ts'
import { recordReadings } from '../privacy/readings.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'

export type FieldState = 'declared' | 'confirmed' | 'refused'

/** A reason that the evaluator is to understand. */
const LEAST = 10
const READ = ['account.name', 'evaluator_field.field', 'evaluator_field.grounds']

const stated = (work: Work) =>
  work.tx
    .select({ row: evaluatorField, name: account.name, ko: organisation.nameKo, en: organisation.nameEn })
    .from(evaluatorField)
    .innerJoin(account, eq(account.id, evaluatorField.account))
    .innerJoin(organisation, eq(organisation.id, account.org))

type Stated = Awaited<ReturnType<typeof stated>>[number]

const viewOf = ({ row, name, ko, en }: Stated) => ({
  account: row.account,
  name,
  org: { ko, en },
  field: row.field as Field,
  grounds: row.grounds,
  since: millisZ(row.since.getTime()),
  state: row.state as FieldState,
  statement: row.statement,
  decidedAt: row.decidedAt && millisZ(row.decidedAt.getTime()),
})

async function list({ query, caller, req, ...work }: Context<typeof listStatedFields>) {
  const { waiting, page, per } = query
  const where = and(isNull(account.leftAt), waiting === 'yes' ? eq(evaluatorField.state, 'declared') : undefined)
  const order = waiting === 'yes' ? asc(evaluatorField.since) : desc(evaluatorField.since)
  const rows = await stated(work)
    .where(where)
    .orderBy(order, asc(evaluatorField.account), asc(evaluatorField.field))
    .limit(per)
    .offset((page - 1) * per)
  const total = await work.tx
    .select({ n: count() })
    .from(evaluatorField)
    .innerJoin(account, eq(account.id, evaluatorField.account))
    .where(where)
  const whose = rows.map(({ row }) => row.account)
  const purpose = 'confirming the fields of evaluators'
  await recordReadings(work, { reader: known(caller).account, req, whose, what: READ, purpose })
  return { fields: rows.map(viewOf), total: total[0]?.n ?? 0, page, per }
}

/** Seals a decision into the log, and keeps what opens it. Answers the entry's commitment. */
async function sealDecision(
  P: Primitives,
  work: Work,
  about: { account: string; field: string; verdict: string },
  text: string,
): Promise<string> {
  const salt = P.random(32)
  const c = commitment(P, salt, text)
  await work.tx.insert(fieldDecision).values({ c, ...about, salt, text, at: work.now.date })
  await appendSealed(work, null, c)
  return c
}

async function decide({ deps, params, body, caller, req, tx, now }: Context<typeof decideField>) {
  const work: Work = { tx, now }
  const { account: by } = known(caller)
  const which = and(eq(evaluatorField.account, params.account), eq(evaluatorField.field, params.field))
  const held = await tx.select({ state: evaluatorField.state }).from(evaluatorField).where(which).for('update')
  const state = held[0]?.state
  // One's own is for somebody else to confirm.
  if (state === undefined || params.account === by) refuse('not-found')
  if (state !== 'declared') refuse('field-decided')
  if (body.verdict === 'refused' && body.statement.trim().length < LEAST)
    refuse('statement-missing', { least: LEAST }, '/statement')
  const payload = decisionOf(params.account, params.field, body.verdict, by)
  await insistSigned(deps.P, work, { caller, payload, jws: body.jws })
  const decision = await sealDecision(
    deps.P,
    work,
    { ...params, verdict: body.verdict },
    body.jws ?? canonical(payload),
  )
  await tx
    .update(evaluatorField)
    .set({ state: body.verdict, statement: body.statement, decidedBy: by, decidedAt: now.date, decision })
    .where(which)
  const purpose = 'confirming the fields of evaluators'
  await recordReadings(work, { reader: by, req, whose: [params.account], what: READ, purpose })
  const row = (await stated(work).where(which))[0]
  if (!row) throw new Error('a field that was decided is not there')
  return viewOf(row)
}

/** A decision enters the public log sealed: an open entry would tell whom to approach before a draw. */
export function serveFieldReviews(app: Express, deps: Deps): void {
  // Readings are recorded, so it writes.
  serve(app, deps, listStatedFields, list, { mode: 'write' })
  serve(app, deps, decideField, decide)
}
