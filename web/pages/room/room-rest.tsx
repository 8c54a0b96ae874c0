// What stands around a room's rows? Charts, proofs, the log: fetched and drawn after the rows, which people came for.
import { AuctionCard } from './auction-card.tsx'
import { EventLog } from './event-log.tsx'
import { PlannedCard } from './planned-card.tsx'
import { PricePlot } from './price-plot.tsx'
import { ProofCard } from './proof-card.tsx'
import { ScoreBars } from './score-bars.tsx'

export const BelowRows = () => (
  <>
    <AuctionCard />
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
