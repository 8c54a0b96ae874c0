// How is something asked about a tender, and how does its agency answer?
import { and, asc, count, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { account } from '../../../db/schema/people.ts'
import { question } from '../../../db/schema/questions.ts'
import { answerQuestion, askQuestion, listOwnQuestions, listQuestions } from '../../api/questions.ts'
import { millisZ } from '../../domain/kit/time.ts'
import {
  answerHash,
  askerOf,
  questionStatement,
  readQuestion,
  reasonsAgainstAnswering,
  reasonsAgainstAsking,
} from '../../domain/tenders/questions.ts'
import { clarifying } from '../../domain/tenders/signed-acts.ts'
import { b64u } from '../../proof/bytes.ts'
import { readJws } from '../../proof/jws.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { addJob } from '../add-job.ts'
import type { Work } from '../db.ts'
import { append, appendSealed } from '../log/append.ts'
import { mailPeople } from '../mail/mail-people.ts'
import { pagesAt, postMail } from '../mail/post-mail.ts'
import { known } from '../people/caller.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { ownTender } from './act.ts'
import { clockNow, findTender, legal, lockTender, type TenderRow } from './tender-store.ts'

type Row = typeof question.$inferSelect

const textOf = (P: Primitives, row: Row): string =>
  readQuestion(P, row.tender, { statement: row.text, salt: b64u(row.salt) })?.text ?? ''

const ownView = (P: Primitives, row: Row) => ({
  c: row.c,
  text: textOf(P, row),
  at: millisZ(row.at.getTime()),
  answered: row.answer !== null,
  opening: row.idx === null ? null : { index: row.idx, salt: b64u(row.salt), text: row.text },
  askerSalt: b64u(row.askerSalt),
})

/** One firm asks one thing at a time, so that a press that came twice asks once. */
async function inTurn({ tx }: Work, org: string, no: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`questions of ${org} about ${no}`}, 0))`)
}

const standing = (row: TenderRow) => ({ state: row.state, deadline: row.deadline?.getTime() ?? 0 })

async function ask({ deps, params, body, caller, req, ...before }: Context<typeof askQuestion>) {
  const { P } = deps
  const { org, account: by } = known(caller)
  await inTurn(before, org, params.no)
  const row = await findTender(before, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const work = await clockNow(before)
  const mine = and(eq(question.tender, row.no), eq(question.org, org))
  const open = await work.tx
    .select()
    .from(question)
    .where(and(mine, isNull(question.answer)))
  const waiting = open.map((one) => textOf(P, one))
  insist(reasonsAgainstAsking(standing(row), { text: body.text, waiting }, work.now.date.getTime()))
  const [salt, askerSalt] = [P.random(32), P.random(32)]
  const statement = questionStatement(row.no, askerOf(P, askerSalt, org), body.text)
  const c = commitment(P, salt, statement)
  const asked = { c, tender: row.no, agency: row.agency, org, account: by, salt, text: statement, askerSalt }
  const rows = await work.tx
    .insert(question)
    .values({ ...asked, at: work.now.date })
    .returning()
  // Of no tender: neither which tender it is about nor that it is no bid can be read from the entry.
  await appendSealed(work, null, c)
  const base = pagesAt(deps.config, req)
  const facts = { tender: row.no, until: legal(row.deadline), page: `${base}/tenders/${row.no}?tab=questions` }
  await mailPeople(work, { kind: 'question-asked', orgs: [row.agency], role: 'officer', base, facts })
  return ownView(P, rows[0] as Row)
}

async function own({ deps, params, caller, ...work }: Context<typeof listOwnQuestions>) {
  const { org } = known(caller)
  const row = await findTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const rows = await work.tx
    .select()
    .from(question)
    .where(and(eq(question.tender, row.no), eq(question.org, org)))
    .orderBy(desc(question.at), asc(question.c))
  return { questions: rows.map((one) => ownView(deps.P, one)) }
}

async function inbox({ deps, params, query, caller, ...work }: Context<typeof listQuestions>) {
  const row = ownTender(await findTender(work, params.no), caller, 'question.read')
  const { waiting, page, per } = query
  const which = and(eq(question.tender, row.no), waiting === 'yes' ? isNull(question.answer) : undefined)
  const rows = await work.tx
    .select()
    .from(question)
    .where(which)
    .orderBy(asc(question.at), asc(question.c))
    .limit(per)
    .offset((page - 1) * per)
  const [all] = await work.tx.select({ total: count() }).from(question).where(which)
  return {
    questions: rows.map((one) => ({
      c: one.c,
      text: textOf(deps.P, one),
      at: millisZ(one.at.getTime()),
      answered: one.answer !== null,
      statement: one.text,
      salt: b64u(one.salt),
    })),
    total: all?.total ?? 0,
    page,
    per,
  }
}

async function answer({ deps, params, body, caller, req, ...before }: Context<typeof answerQuestion>) {
  const { P, config } = deps
  // Whoever closes the tender holds this lock, so every answer stands below the close.
  const row = ownTender(await lockTender(before, params.no), caller, 'question.answer')
  const work = await clockNow(before)
  insist(reasonsAgainstAnswering(standing(row), body.answer, work.now.date.getTime()))
  const of = body.question === null ? null : and(eq(question.c, body.question), eq(question.tender, row.no))
  const asked = of && (await work.tx.select().from(question).where(of))[0]
  // An answer below its question in the log proves nothing: what has no index yet is answered a second later.
  if (of && asked?.idx == null) refuse('not-found')
  const opened = asked ? { statement: asked.text, salt: b64u(asked.salt) } : null
  const payload = clarifying(row.no, opened, body.answer)
  insist(await signatureReasons(P, work, caller, body.jws, payload))
  const { org } = known(caller)
  const base = pagesAt(config, req)
  await append(P, work, { typ: payload.typ, org, ref: row.no, by: readJws(body.jws).header.kid, payload: body.jws })
  if (asked) {
    await work.tx
      .update(question)
      .set({ answer: answerHash(P, body.jws) })
      .where(eq(question.c, asked.c))
    await tellAsker(base, work, asked)
  }
  await addJob(work, 'tell_answered', { tender: row.no, base })
  return { accepted: true as const }
}

async function tellAsker(base: string, work: Work, asked: Row): Promise<void> {
  const people = await work.tx
    .select({ email: account.email, language: account.language })
    .from(account)
    .where(and(eq(account.id, asked.account), isNull(account.leftAt)))
  for (const { email, language } of people)
    await postMail(work, {
      kind: 'question-answered',
      account: asked.account,
      address: email,
      language: language === 'en' ? 'en' : 'ko',
      base,
      facts: { tender: asked.tender, page: `${base}/tenders/${asked.tender}?tab=questions` },
    })
}

export function serveQuestions(app: Express, deps: Deps): void {
  serve(app, deps, askQuestion, ask)
  serve(app, deps, listOwnQuestions, own)
  serve(app, deps, listQuestions, inbox)
  serve(app, deps, answerQuestion, answer)
}
