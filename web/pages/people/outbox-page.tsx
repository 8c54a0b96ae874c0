// Which mails would have been sent, if there were a mail server? For demonstrations and trials, by the operator.
import { useTranslation } from 'react-i18next'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Empty, Forbidden, Loading, Trouble } from '../../parts/states.tsx'
import { Time } from '../../parts/time.tsx'
import { useSession } from '../../session.ts'

/** Links of our own become links; everything else stays text. */
function Body({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/\S+)/)
  return (
    <p className="whitespace-pre-wrap break-words">
      {parts.map((part) => {
        const own = URL.canParse(part) && new URL(part).pathname + new URL(part).hash
        return own ? (
          <a className="break-all" href={own} key={part}>
            {part}
          </a>
        ) : (
          part
        )
      })}
    </p>
  )
}

function Mails() {
  const { t } = useTranslation()
  const outbox = useAsk(ENDPOINTS.readOutbox, {}, { every: 5_000 })
  if (outbox.isPending) return <Loading />
  if (outbox.error) return <Trouble error={outbox.error} onAgain={() => void outbox.refetch()} />
  const { sends, mails } = outbox.data
  if (sends) return <NotificationBanner title={t('people.outbox.sends')} />
  if (mails.length === 0) return <Empty title={t('people.outbox.empty')} />
  return (
    <ol className="flex flex-col gap-4">
      {mails.map((mail) => (
        <li className="card stack" key={mail.id}>
          <h2 className="text-[1.1rem]">{mail.subject}</h2>
          <p className="note">
            {mail.to === null ? t('people.outbox.inConfidence') : t('people.outbox.to', { address: mail.to })} ·{' '}
            <Time at={mail.writtenAt} />
          </p>
          <Body text={mail.body} />
        </li>
      ))}
    </ol>
  )
}

export function Page() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <PageHead lead={t('people.outbox.lead')} title={t('people.outbox.title')} />
      {session.state === 'asking' && <Loading />}
      {session.state === 'out' && <Forbidden signIn />}
      {session.state === 'in' && (session.person.roles.includes('operator') ? <Mails /> : <Forbidden />)}
    </>
  )
}
