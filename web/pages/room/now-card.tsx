// What is happening now? One card that changes with the stage: countdown, keys, the envelope in the air, the ranking, the award.
import { useTranslation } from 'react-i18next'
import type { Room } from '../../../src/domain/room/room.ts'
import { isOpened, type Stage } from '../../../src/domain/room/stage.ts'
import { ClosedCard } from './closed-card.tsx'
import { EvaluationCard } from './evaluation-card.tsx'
import { KeysCard } from './keys-card.tsx'
import { AwardCard, EndedCard, RankingCard } from './outcome-cards.tsx'
import { ReceivingCard } from './receiving-card.tsx'
import { useScene } from './scene.ts'
import { UnsealingCard } from './unsealing-card.tsx'

function CardOf({ stage, room, lifting }: { stage: Stage; room: Room; lifting: boolean }) {
  if (room.ended) return <EndedCard />
  // The last envelope of a session is on the table until its rest is over, although the log already calls the session done.
  if (lifting) return <UnsealingCard />
  switch (stage) {
    case 'receiving':
      return <ReceivingCard />
    case 'closed':
      return <ClosedCard />
    case 'technical-keys':
      return <KeysCard kind="technical" />
    case 'technical-opening':
      return room.sessions.technical.results.length === 0 ? <KeysCard kind="technical" /> : <UnsealingCard />
    case 'evaluation':
      return <EvaluationCard />
    case 'price-keys':
      return room.sessions.price.list ? <KeysCard kind="price" /> : <EvaluationCard />
    case 'price-opening':
      return room.sessions.price.results.length === 0 ? <KeysCard kind="price" /> : <UnsealingCard />
    case 'ranking':
      return room.evaluation || isOpened(room.sessions.price) ? <RankingCard /> : <UnsealingCard />
    case 'result':
      return <AwardCard />
  }
}

export function NowCard() {
  const { t } = useTranslation()
  const { stage, room, lifting } = useScene()
  return (
    <section aria-labelledby="now" className="card border-primary! border-t-4!">
      <h2 className="sr-only" id="now">
        {t('room.now')}
      </h2>
      <CardOf lifting={lifting.length > 0} room={room} stage={stage} />
    </section>
  )
}
