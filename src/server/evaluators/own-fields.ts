// In which fields does an evaluator judge, and how many people of each could a buyer draw?
import { and, asc, eq } from 'drizzle-orm'
import type { Express } from 'express'
import { evaluatorField, fieldDecision } from '../../../db/schema/evaluators.ts'
import { readOwnFields, readPoolSizes, saveOwnFields } from '../../api/evaluators.ts'
import { openingOf } from '../../domain/evaluators/field-decision.ts'
import { FIELD_IDS, type Field } from '../../domain/evaluators/fields.ts'
import { limitYear, PER_YEAR, poolOf } from '../../domain/evaluators/pool.ts'
import type { Work } from '../db.ts'
import { keyInForce, known } from '../people/caller.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { appointmentsIn } from './calls.ts'
import { type FieldState, serveFieldReviews } from './confirm-fields.ts'
import { candidates } from './pool-store.ts'

async function own(work: Work, account: string) {
  const rows = await work.tx
    .select({
      field: evaluatorField.field,
      state: evaluatorField.state,
      grounds: evaluatorField.grounds,
      statement: evaluatorField.statement,
      sealed: fieldDecision,
    })
    .from(evaluatorField)
    .leftJoin(fieldDecision, eq(fieldDecision.c, evaluatorField.decision))
    .where(eq(evaluatorField.account, account))
    .orderBy(asc(evaluatorField.field))
  const year = limitYear(work.now.date.getTime())
  const appointments = (await appointmentsIn(work, year, account)).get(account) ?? 0
  const standing = rows.map(({ sealed, ...row }) => ({
    ...row,
    field: row.field as Field,
    state: row.state as FieldState,
    // Until the sequencer has numbered the entry nobody can look it up.
    sealed: sealed?.idx == null ? null : openingOf({ ...sealed, idx: sealed.idx }),
  }))
  const key = (await keyInForce(work, account)) !== null
  return { fields: standing.map((row) => row.field), standing, key, year, appointments }
}

async function save({ body, caller, ...work }: Context<typeof saveOwnFields>) {
  const { account } = known(caller)
  const before = new Set<string>((await own(work, account)).fields)
  const wanted = new Set<string>(body.fields)
  for (const field of before) {
    if (wanted.has(field)) continue
    await work.tx
      .delete(evaluatorField)
      .where(and(eq(evaluatorField.account, account), eq(evaluatorField.field, field)))
  }
  const added = [...wanted].filter((field) => !before.has(field))
  if (added.length > 0) {
    await work.tx
      .insert(evaluatorField)
      .values(added.map((field) => ({ account, field, since: work.now.date, grounds: body.grounds ?? '' })))
      .onConflictDoNothing()
  }
  return own(work, account)
}

async function sizes({ query, caller, ...work }: Context<typeof readPoolSizes>) {
  const { org } = known(caller)
  const strata = FIELD_IDS.map((field) => ({ field, seats: 1 }))
  const pool = poolOf({ strata, perYear: query.perYear ?? PER_YEAR }, await candidates(work), org)
  return { fields: pool.map(({ field, accounts }) => ({ field: field as Field, people: accounts.length })) }
}

export function serveFields(app: Express, deps: Deps): void {
  serve(app, deps, readOwnFields, ({ caller, ...work }) => own(work, known(caller).account))
  serve(app, deps, saveOwnFields, save)
  serve(app, deps, readPoolSizes, sizes)
  serveFieldReviews(app, deps)
}
