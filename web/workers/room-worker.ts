// Who checks a room while people look at it? A thread of the viewer's own browser, which believes nothing that it is sent.
import { audit } from '../../src/domain/audit/audit.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import { RoomChecker, type RoomNews } from '../../src/domain/room/checker.ts'
import { webPrimitives as P } from '../../src/proof/web-primitives.ts'
import { logOfThisPlace } from './log-fetch.ts'
import type { FromWorker, ToWorker } from './talk.ts'

const say = (what: FromWorker) => postMessage(what)
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** News is sent in lots: a room of hundreds of bids would else be drawn anew for each of thousands of messages. */
let news: RoomNews[] = []
let sending = false
let sentAt = 0
/** The first news after a pause goes at once; a stream of them so many milliseconds apart. */
const LOT_MS = 200
function tell(one: RoomNews): void {
  news.push(one)
  if (sending) return
  sending = true
  setTimeout(
    () => {
      sending = false
      sentAt = performance.now()
      say({ said: 'news', news })
      news = []
    },
    Math.max(10, sentAt + LOT_MS - performance.now()),
  )
}

let checker: RoomChecker | null = null
let tender = ''
let trusting = false
/** Only the newest question about the ranking is worth an answer. */
let asked: number | null = null

/** A defect of the checker must not look like a check that passed. */
function work(doing: Promise<void>): void {
  doing.catch((error: unknown) => {
    setTimeout(() => {
      throw error
    })
  })
}

function answerStanding(): void {
  const upTo = asked
  asked = null
  if (upTo !== null && checker) say({ said: 'standing', upTo, ranking: checker.standingAt(upTo, trusting) })
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.do) {
    case 'start':
      tender = data.tender
      trusting = data.trusting
      checker = new RoomChecker({ P, source: logOfThisPlace, tender, tell, pause })
      break
    case 'take':
      checker?.receive(data.entries)
      if (trusting) checker?.takeOnTrust()
      else if (checker) work(checker.work())
      break
    case 'standing':
      if (asked === null) setTimeout(answerStanding)
      asked = data.upTo
      break
    case 'look':
      if (checker && !trusting) work(checker.look())
      break
    case 'audit':
      gather(logOfThisPlace, null)
        .then((record) => audit(P, record, tender))
        .then((checks) => say({ said: 'audit', checks }))
        .catch((error: unknown) => say({ said: 'audit-broke', why: error instanceof Error ? error.message : '' }))
      break
  }
})
