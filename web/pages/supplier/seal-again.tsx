// Too many custodians are gone and an overseer has all bidders seal again: until when, what it changes (nothing), and one button.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { askLog } from '../../log/ask-log.ts'
import type { Doubt } from '../../log/follower.ts'
import { Button } from '../../parts/button.tsx'
import { Doubts } from '../../parts/doubts.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { PickFile } from '../verify/pick-file.tsx'
import { type KeptFile, readKeptFile, unlocked } from './kept-file.ts'
import type { OwnAct } from './own-acts.tsx'
import { keptOf, type SentAct } from './sent-acts.ts'

/** Orders come while a page is open. */
const AGAIN_MS = 5_000

/** The file's secrets are shut: nothing is sent anywhere, the passphrase opens them here. */
function Unlock({ file, onOpened }: { file: KeptFile; onOpened: (file: KeptFile) => void }) {
  const { t } = useTranslation()
  const [passphrase, setPassphrase] = useState('')
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState(false)
  const open = async () => {
    setBusy(true)
    const opened = await unlocked(file, passphrase)
    setBusy(false)
    setWrong(opened === null)
    if (opened) onOpened(opened)
  }
  return (
    <div className="stack">
      <TextField
        autoComplete="off"
        error={wrong ? t('supplier.receipt.lockWrong') : null}
        id="unlock-passphrase"
        label={t('supplier.receipt.passphrase')}
        onChange={(typed) => {
          setPassphrase(typed)
          setWrong(false)
        }}
        type="password"
        value={passphrase}
      />
      <p>
        <Button isPending={busy} onPress={() => void open()}>
          {t('supplier.receipt.unlock')}
        </Button>
      </p>
    </div>
  )
}

export function SealAgain({ no, own, sent }: { no: string; own: readonly OwnAct[]; sent: readonly SentAct[] }) {
  const { t, i18n } = useTranslation()
  const asked = useAsk(ENDPOINTS.readRekey, { params: { no } }, { every: AGAIN_MS }).data?.rekey
  const signing = useSigningKey()
  // Nothing is sealed to whom the page names, but to whom the log does.
  const order = useQuery({
    queryKey: ['order', no],
    queryFn: () => askLog('order', { no }),
    enabled: asked?.own === 'asked',
    refetchInterval: (query) => (query.state.data ? false : AGAIN_MS),
  })
  const { data: known } = useAsk(ENDPOINTS.listCustodians, {}, { enabled: asked?.own === 'asked' })
  const nameOf = (id: string) => {
    const name = known?.custodians.find((one) => one.id === id)?.name
    return name ? inLanguage(name, i18n.language) : id
  }
  const { busy, problem, send } = useSend()
  const [working, setWorking] = useState(false)
  const [doubts, setDoubts] = useState<readonly Doubt[]>([])
  const [chosen, setChosen] = useState<KeptFile | null>(null)
  const [wrong, setWrong] = useState(false)
  if (!asked || asked.own === 'no bid') return null
  const c = own.find((act) => act.counts)?.c
  const file = [...sent.flatMap((act) => keptOf(act) ?? []), ...(chosen ? [chosen] : [])].find(
    (one) => one.c === c && one.seeds !== null && one.envelopes !== null,
  )
  const seal = async () => {
    if (signing.state !== 'here' || !file?.seeds || !file.envelopes) return
    setWorking(true)
    setDoubts([])
    try {
      const { account, kid, org } = signing.key
      const { seeds, envelopes } = file
      const made = await askLog('sealAgain', { no, account, kid, org, seeds, envelopes })
      if (made.ok) {
        const { jws, envelopes: sealed } = made
        await send(() => ask(ENDPOINTS.answerRekey, { params: { no }, body: { jws, envelopes: sealed } }))
      } else setDoubts(made.doubts)
    } finally {
      setWorking(false)
    }
  }
  const kind = asked.own === 'answered' ? 'success' : asked.own === 'too late' ? 'error' : 'warning'
  const word = asked.own === 'answered' ? 'answered' : asked.own === 'too late' ? 'late' : 'asked'
  return (
    <section className="stack">
      <NotificationBanner kind={kind} live title={t(`supplier.again.${word}`)}>
        <p>{t(`supplier.again.${word}Says`)}</p>
        <p>
          {t('supplier.again.until')} <Time at={asked.until} form="exact" />
        </p>
        <p className="note">{t('supplier.again.count', { answers: asked.answers, bids: asked.bids })}</p>
      </NotificationBanner>
      {asked.own === 'asked' && (
        <>
          {order.data && (
            <SummaryList
              label={t('supplier.again.order')}
              rows={[
                { name: t('supplier.again.by'), value: nameOf(order.data.by) },
                {
                  name: t('supplier.again.to'),
                  value: `${order.data.custodians.map(nameOf).join(', ')} (${t('supplier.again.of', { t: order.data.t, n: order.data.n })})`,
                },
              ]}
            />
          )}
          <KeyGate signing={signing} />
          {order.data && file ? (
            <p>
              <Button isDisabled={signing.state !== 'here'} isPending={busy || working} onPress={() => void seal()}>
                {t('supplier.again.seal')}
              </Button>
            </p>
          ) : file ? null : (
            <>
              <p className="prose">{t('supplier.again.elsewhere')}</p>
              <PickFile
                label={t('supplier.recovery.file')}
                note={t('supplier.again.stays')}
                onFile={(picked) =>
                  void picked.text().then((text) => {
                    const read = readKeptFile(text, no)
                    setChosen(read)
                    setWrong(read === null || (read.seeds === null && read.locked === undefined))
                  })
                }
              />
              {chosen?.locked !== undefined && chosen.seeds === null && <Unlock file={chosen} onOpened={setChosen} />}
              {wrong && <NotificationBanner kind="error" live title={t('supplier.recovery.notAFile')} />}
            </>
          )}
          <ErrorSummary problem={problem} />
          {doubts.length > 0 && <Doubts doubts={doubts} />}
        </>
      )}
    </section>
  )
}
