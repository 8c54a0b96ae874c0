// Has somebody who was drawn a conflict of interest? Declared and signed before anything of a proposal is shown.
import { and, eq } from 'drizzle-orm'
import type { Express } from 'express'
import { committeeCall } from '../../../db/schema/evaluators.ts'
import { declareInterests, listCalls } from '../../api/evaluators.ts'
import type { Field } from '../../domain/evaluators/fields.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { declaration, signedHash } from '../../domain/tenders/signed-acts.ts'
import { append } from '../log/append.ts'
import { bidsThatCount } from '../openings/closing.ts'
import { known } from '../people/caller.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { findTender, legal, lockTender, organisationNames } from '../tenders/tender-store.ts'
import { callsFor } from './calls.ts'

type State = 'called' | 'cleared' | 'seated' | 'conflict' | 'silent'

async function calls({ caller, ...work }: Context<typeof listCalls>) {
  const found = []
  for (const call of await callsFor(work, known(caller).account)) {
    const row = await findTender(work, call.tender)
    if (!row) continue
    // Nobody is called before the reveal, which tells everybody who bid.
    const bidders = (await bidsThatCount(work, row)).map((bid) => bid.bidder)
    const names = await organisationNames(work, [row.agency, ...bidders])
    const nameOf = (id: string) => names[id] ?? { ko: id, en: id }
    found.push({
      tender: row.no,
      title: row.notice.title,
      agency: nameOf(row.agency),
      bidders: bidders.map((id) => ({ id, name: nameOf(id) })),
      evaluator: call.evaluator ?? '',
      field: call.field as Field,
      number: call.id,
      state: call.state as State,
      dueAt: legal(call.dueAt),
      declaredAt: call.declaredAt && millisZ(call.declaredAt.getTime()),
    })
  }
  return { calls: found }
}

async function declare({ deps, params, body, caller, ...work }: Context<typeof declareInterests>) {
  const { account } = known(caller)
  // Held, so that nothing is declared about a tender that ends at this moment.
  const row = await lockTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const rows = await work.tx
    .select()
    .from(committeeCall)
    .where(and(eq(committeeCall.tender, row.no), eq(committeeCall.account, account), eq(committeeCall.state, 'called')))
    .for('update')
  const call = rows[0]
  const over = row.state !== 'technical_opening' && row.state !== 'evaluating'
  if (!call?.evaluator || over || call.dueAt <= work.now.date) refuse('not-called')
  const { conflict, grounds, statement, jws } = body
  if (conflict !== (grounds !== null)) refuse('grounds-missing')
  const said = declaration(row.no, { evaluator: call.evaluator, number: call.id }, { conflict, grounds, statement })
  insist(await signatureReasons(deps.P, work, caller, jws, said))
  const state: State = conflict ? 'conflict' : 'cleared'
  await work.tx
    .update(committeeCall)
    .set({ state, grounds, statement, jws, declaredAt: work.now.date })
    .where(and(eq(committeeCall.tender, row.no), eq(committeeCall.id, call.id)))
  const payload = {
    typ: 'committee.declared/1',
    tender: row.no,
    lot: '1',
    evaluator: call.evaluator,
    id: call.id,
    conflict,
    h: signedHash(deps.P, jws),
  }
  // By nobody's key: until the lock a number must lead to no person.
  await append(deps.P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  return { state }
}

export function serveDeclarations(app: Express, deps: Deps): void {
  serve(app, deps, listCalls, calls)
  serve(app, deps, declareInterests, declare)
}
