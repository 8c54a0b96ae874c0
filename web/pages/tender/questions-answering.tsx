// How does the agency answer? Its inbox, the oldest first, and a word of its own where nobody asked.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { ANSWER, readQuestion } from '../../../src/domain/tenders/questions.ts'
import { clarifying } from '../../../src/domain/tenders/signed-acts.ts'
import { webPrimitives as P } from '../../../src/proof/web-primitives.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { Paging } from '../../parts/paging.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'

type Question = ReplyOf<(typeof ENDPOINTS)['listQuestions']>['questions'][number]
const EVERY_MS = 15_000
const PER = 10

/** One answer: to a question, or to none. */
function AnswerForm({ no, question, onDone }: { no: string; question: Question | null; onDone: () => void }) {
  const { t } = useTranslation()
  const [answer, setAnswer] = useState('')
  const { busy, problem, send } = useSend()
  const signing = useSigningKey()
  // What is signed is what is shown: words that the statement does not hold, or that open another entry, are signed by nobody.
  const opened = question && readQuestion(P, no, question)
  const wrong = question !== null && (opened?.c !== question.c || opened.text !== question.text)
  const field = `answer-${question?.c ?? 'own'}`
  const submit = async () => {
    if (signing.state !== 'here' || wrong) return
    const { key } = signing
    const done = await send(async () => {
      const jws = await signAct(key, clarifying(no, question, answer))
      const body = { question: question?.c ?? null, answer, jws }
      return ask(ENDPOINTS.answerQuestion, { params: { no }, body })
    })
    if (!done) return
    setAnswer('')
    onDone()
  }
  if (wrong) return <NotificationBanner kind="error" title={t('question.reply.wrong')} />
  return (
    <div className="stack">
      <ErrorSummary fieldOf={({ at }) => (at === '/answer' ? field : null)} problem={problem} />
      <TextField
        hint={t('question.reply.hint', { most: ANSWER.most })}
        id={field}
        label={t(question ? 'question.reply.label' : 'question.reply.ownLabel')}
        maxLength={ANSWER.most}
        onChange={setAnswer}
        rows={4}
        value={answer}
      />
      {signing.state !== 'here' && <KeyGate signing={signing} />}
      <p>
        <Button isDisabled={signing.state !== 'here'} isPending={busy} onPress={() => void submit()}>
          {t(question ? 'question.reply.send' : 'question.reply.ownSend')}
        </Button>
      </p>
    </div>
  )
}

export function AnsweringPart({ no, open }: { no: string; open: boolean }) {
  const { t } = useTranslation()
  const [search] = useSearchParams()
  const [sent, setSent] = useState(false)
  const page = Math.max(1, Number(search.get('questions')) || 1)
  const all = search.get('answered') === 'yes'
  const { data, error, refetch } = useAsk(
    ENDPOINTS.listQuestions,
    { params: { no }, query: { page, per: PER, waiting: all ? 'no' : 'yes' } },
    { every: EVERY_MS, keep: true },
  )
  return (
    <section className="card stack bg-sunken">
      <h2>{all ? t('question.inbox.all') : t('question.inbox.title', { count: data?.total ?? 0 })}</h2>
      <p className="prose">{t('question.inbox.says')}</p>
      {sent && <NotificationBanner kind="success" live title={t('question.reply.sent')} />}
      {!data && (error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />)}
      <p>
        <Link to={`/tenders/${no}?tab=questions${all ? '' : '&answered=yes'}`}>
          {t(all ? 'question.inbox.onlyWaiting' : 'question.inbox.andAnswered')}
        </Link>
      </p>
      {data?.total === 0 && <p className="text-muted">{t('question.inbox.none')}</p>}
      <ul className="stack">
        {data?.questions.map((one) => (
          <li className="card stack" key={one.c}>
            <p className="note flex flex-wrap gap-x-3">
              {one.answered && <strong>{t('question.inbox.answered')}</strong>}
              <Time at={one.at} form="short" />
            </p>
            <p className="prose whitespace-pre-line font-semibold" dir="auto">
              {one.text}
            </p>
            {open && <AnswerForm no={no} onDone={() => setSent(true)} question={one} />}
          </li>
        ))}
      </ul>
      {data && (
        <Paging
          hrefOf={(n) => `/tenders/${no}?tab=questions&questions=${n}${all ? '&answered=yes' : ''}`}
          page={data.page}
          per={data.per}
          total={data.total}
        />
      )}
      {open && (
        <details>
          <summary>{t('question.reply.own')}</summary>
          <div className="mt-3">
            <AnswerForm no={no} onDone={() => setSent(true)} question={null} />
          </div>
        </details>
      )}
    </section>
  )
}
