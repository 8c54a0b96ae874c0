// How does a bidder bid in an auction? Own number and rank, what may be bid next, until when by the server's clock, and one field.
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuctionView } from '../../../src/api/auctions.ts'
import { offering } from '../../../src/domain/tenders/signed-acts.ts'
import { b64u } from '../../../src/proof/bytes.ts'
import { webPrimitives as P } from '../../../src/proof/web-primitives.ts'
import { ask, ENDPOINTS, keyOf, queries, useAsk } from '../../call.ts'
import { useServerSecond } from '../../clock.ts'
import { watchTender } from '../../live.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { grouped, Money } from '../../parts/money.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'

/** Beside what the socket says: so often the page asks by itself, milliseconds. */
const AGAIN_MS = 2_000

const two = (n: number): string => String(n).padStart(2, '0')
const clock = (ms: number): string => {
  const all = Math.max(0, Math.ceil(ms / 1000))
  return `${two(Math.floor(all / 60))}:${two(all % 60)}`
}

/** The page asks again as soon as the log has a bid, not only when its own time comes. */
function useBidsAsTheyCome(no: string): void {
  useEffect(() => {
    const watching = watchTender(no, null, {
      entries: (fresh) => {
        if (fresh.some((entry) => entry.typ.startsWith('auction.')))
          void queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readAuction) })
      },
      line: () => {},
      caughtUp: () => {},
    })
    return () => watching.stop()
  }, [no])
}

/** What somebody hears who cannot see: own rank and the lowest price when they change, and the last ten seconds of a round. */
function useSaid(view: AuctionView | undefined, left: number): string {
  const { t } = useTranslation()
  const before = useRef('')
  const [said, setSaid] = useState('')
  const standing = view ? `${view.state} ${view.rank} ${view.lowest} ${view.round}` : ''
  const soon = view?.state === 'open' && left <= 10_000
  useEffect(() => {
    if (!view) return
    const now = `${standing} ${soon}`
    if (before.current !== '' && before.current !== now) {
      const words = [
        t(`supplier.auction.say.${view.state}`, { round: view.round }),
        t('supplier.auction.say.standing', { rank: view.rank ?? '-', lowest: grouped(view.lowest) }),
        ...(soon ? [t('supplier.auction.say.soon')] : []),
      ]
      setSaid(words.join(' '))
    }
    before.current = now
  }, [standing, soon, view, t])
  return said
}

function BidField({ no, view }: { no: string; view: AuctionView }) {
  const { t } = useTranslation()
  const signing = useSigningKey()
  const { busy, problem, send } = useSend()
  const [typed, setTyped] = useState('')
  const field = useId()
  const amount = typed.replace(/[\s,₩원]/g, '')
  const { most } = view
  const whole = /^[1-9]\d{0,17}$/.test(amount)
  const high = whole && most !== null && BigInt(amount) > BigInt(most)
  const wrong = amount !== '' && (!whole || high)
  const bid = async () => {
    if (signing.state !== 'here' || !whole || high) return
    const { org } = signing.me
    const jws = await signAct(signing.key, offering(no, { bidder: org, seat: view.seat, amount }))
    const salt = b64u(P.random(32))
    const done = await send(() => ask(ENDPOINTS.bidInAuction, { params: { no }, body: { jws, salt } }))
    if (done) setTyped('')
  }
  if (most === null) return <NotificationBanner title={t('supplier.auction.nothingLower')} />
  return (
    <>
      <KeyGate signing={signing} />
      <form
        className="stack"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          void bid()
        }}
      >
        <ErrorSummary problem={problem} />
        <TextField
          error={wrong ? t('supplier.auction.tooHigh', { most: grouped(most) }) : null}
          hint={t('supplier.auction.most', { most: grouped(most) })}
          id={field}
          inputMode="numeric"
          label={t('supplier.auction.amount')}
          num
          onChange={setTyped}
          value={typed}
        />
        <p className="flex flex-wrap gap-3">
          <Button isDisabled={signing.state !== 'here' || !whole || high} isPending={busy} type="submit">
            {whole && !high ? t('supplier.auction.bidThis', { amount: grouped(amount) }) : t('supplier.auction.bid')}
          </Button>
          <button className="btn btn-quiet" onClick={() => setTyped(most)} type="button">
            {t('supplier.auction.takeMost')}
          </button>
        </p>
        <p className="note">{t('supplier.auction.binding')}</p>
      </form>
    </>
  )
}

function Running({ no, view }: { no: string; view: AuctionView }) {
  const { t } = useTranslation()
  const now = useServerSecond()
  const until = view.state === 'waiting' ? view.begins : view.ends
  const left = Date.parse(until) - now
  const said = useSaid(view, left)
  return (
    <section aria-labelledby="auction" className="card stack">
      <h2 id="auction">{t('supplier.auction.title')}</h2>
      <p className="note">{t('supplier.auction.masked', { seat: view.seat, seats: view.seats })}</p>
      {view.state === 'over' ? (
        <NotificationBanner title={t('supplier.auction.over')}>
          <p>{t('supplier.auction.overSays')}</p>
        </NotificationBanner>
      ) : (
        <p>
          <span className="note">
            {t(`supplier.auction.until.${view.state}`, { round: view.round, rounds: view.rounds })}
          </span>
          <br />
          <span
            className={`tnum font-bold text-[2rem] ${view.state === 'open' && left <= 10_000 ? 'text-bad' : ''}`}
            role="timer"
          >
            {clock(left)}
          </span>
        </p>
      )}
      <SummaryList
        label={t('supplier.auction.title')}
        rows={[
          { name: t('supplier.auction.lowest'), value: <Money amount={view.lowest} /> },
          {
            name: t('supplier.auction.own'),
            value: view.own === null ? t('supplier.auction.none') : <Money amount={view.own} />,
          },
          {
            name: t('supplier.auction.rank'),
            value: view.rank === null ? '–' : t('supplier.auction.rankOf', { rank: view.rank, seats: view.seats }),
          },
          { name: t('supplier.auction.step'), value: <Money amount={view.step} /> },
        ]}
      />
      {view.state === 'open' && <BidField no={no} view={view} />}
      {view.bids.length > 0 && (
        <>
          <h3>{t('supplier.auction.bids')}</h3>
          <ol className="stack gap-1" reversed>
            {view.bids.map((bid) => (
              <li className={bid.seat === view.seat ? 'font-bold' : ''} key={bid.n}>
                {t('supplier.auction.byBid', { round: bid.round, seat: bid.seat })}{' '}
                {bid.seat === view.seat && `(${t('supplier.auction.you')}) `}
                <Money amount={bid.amount} />{' '}
                <span className="note">
                  <Time at={bid.at} form="exact" />
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </section>
  )
}

/** Nothing while no auction was announced, or for whoever takes no part in it. */
export function AuctionPanel({ no }: { no: string }) {
  useBidsAsTheyCome(no)
  const { data } = useAsk(ENDPOINTS.readAuction, { params: { no } }, { every: AGAIN_MS })
  return data ? <Running no={no} view={data} /> : null
}
