// Which tenders does a test of the public pages need? One that takes bids, one that is being opened, one that is awarded.
import type { World } from '../support/world.ts'

export async function threeTenders(world: World): Promise<{ open: string; awarded: string; opening: string }> {
  const publish = (ko: string, en: string, seconds = 3600) =>
    world.publish({ notice: { ...world.draftOf().notice, title: { ko, en } }, seconds })
  const open = await publish('도로 포장 공사 (2구간)', 'Road paving, section 2', 7200)
  const awarded = await publish('정보시스템 통합유지보수', 'Integrated system maintenance')
  const opening = await publish('공원 조성 설계 용역', 'Park design services')
  for (const no of [awarded, opening])
    for (const n of [1, 2]) {
      await world.bid(no, world.supplier(n), { price: { amount: `9${n}000000`, currency: 'KRW' } })
    }
  await world.tick()
  await world.bring(awarded, 'awarded')
  await world.bring(opening, 'technical_opening')
  return { open, awarded, opening }
}
