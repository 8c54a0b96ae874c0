// How does a firm ask about a tender, and what became of its questions?
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { QUESTION } from '../../../src/domain/tenders/questions.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { SealedEntry } from '../../parts/sealed-entry.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { fieldIn, useSend } from '../../parts/use-send.ts'

const EVERY_MS = 5_000

export function AskingPart({ no, open }: { no: string; open: boolean }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [sent, setSent] = useState(false)
  const { busy, problem, send } = useSend()
  const submit = async () => {
    const asked = await send(() => ask(ENDPOINTS.askQuestion, { params: { no }, body: { text } }))
    setSent(asked !== null)
    if (asked) setText('')
  }
  return (
    <section className="card stack bg-sunken">
      {open && (
        <>
          <h2>{t('question.ask.title')}</h2>
          <p className="prose">{t('question.ask.public')}</p>
          <ErrorSummary fieldOf={fieldIn('question')} problem={problem} />
          {sent && problem === null && <NotificationBanner kind="success" live title={t('question.ask.sent')} />}
          <TextField
            hint={t('question.ask.hint', QUESTION)}
            id="question-text"
            label={t('question.ask.label')}
            maxLength={QUESTION.most}
            onChange={(typed) => {
              setText(typed)
              setSent(false)
            }}
            rows={5}
            value={text}
          />
          <p>
            <Button isPending={busy} onPress={() => void submit()}>
              {t('question.ask.send')}
            </Button>
          </p>
        </>
      )}
      <Own no={no} />
    </section>
  )
}

/** The own firm's questions, each with its state and what shows that it was asked. */
function Own({ no }: { no: string }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useAsk(
    ENDPOINTS.listOwnQuestions,
    { params: { no } },
    { every: (reply) => (reply?.questions.every(({ answered }) => answered) ? false : EVERY_MS) },
  )
  if (!data) return error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />
  return (
    <>
      <h2>{t('question.own.title')}</h2>
      {data.questions.length === 0 && <p className="text-muted">{t('question.own.none')}</p>}
      <ul className="stack">
        {data.questions.map(({ c, text, at, answered, opening }) => (
          <li className="card stack" key={c}>
            <p className="note flex flex-wrap gap-x-3">
              <strong>
                {t(answered ? 'question.own.answered' : opening ? 'question.own.waits' : 'question.own.received')}
              </strong>
              <Time at={at} form="short" />
            </p>
            <p className="prose whitespace-pre-line" dir="auto">
              {text}
            </p>
            {opening && (
              <SealedEntry
                sealed={opening}
                words={{
                  title: t('question.own.proof'),
                  says: t('question.own.proofSays'),
                  salt: t('question.own.salt'),
                  text: t('question.own.text'),
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
