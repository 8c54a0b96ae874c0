// What stands around a room's rows? Charts, proofs, the log: fetched and drawn after the rows, which people came for.
import { Suspense } from 'react'
import { EventLog } from './event-log.tsx'
import { inItsWords } from './in-its-words.tsx'
import { PlannedCard } from './planned-card.tsx'
import { PricePlot } from './price-plot.tsx'
import { ProofCard } from './proof-card.tsx'
import { useScene } from './scene.ts'
import { ScoreBars } from './score-bars.tsx'

const AuctionCard = inItsWords('auction', () => import('./auction-card.tsx').then((m) => m.AuctionCard))

/** Few rooms have one: its code is fetched where there is something to show. */
function Auction() {
  const { room } = useScene()
  if (!room.lines.some(({ typ }) => typ === 'auction.begun/1')) return null
  return (
    <Suspense>
      <AuctionCard />
    </Suspense>
  )
}

export const BelowRows = () => (
  <>
    <Auction />
    <PlannedCard />
    <ScoreBars />
  </>
)

export function BesideRows({ verify }: { verify: () => void }) {
  return (
    <>
      <PricePlot />
      <ProofCard verify={verify} />
      <EventLog />
    </>
  )
}
