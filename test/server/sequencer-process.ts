// A program that is nothing but a sequencer, so that a test can stop and kill it: URL SOCKET ORIGIN TICK_MS WITNESS_LINES.
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { openDatabase } from '../../src/server/db.ts'
import { startSequencer } from '../../src/server/log/sequencer.ts'

const [url = '', signerSocket = '', origin = '', tick = '20', witnesses = 'quorum none\n'] = process.argv.slice(2)
const onProblem = (err: Error) => console.error(`problem ${err.constructor.name}: ${err.message}`)
// A transaction that was stopped in the middle is given up by the database after a second, not after a minute.
const db = openDatabase({ url, max: 3, publicMax: 1, idleInTxMs: 1000, onProblem })
startSequencer({
  P,
  db,
  databaseUrl: url,
  origin,
  signerSocket,
  tickMs: Number(tick),
  witnesses,
  onProblem,
  coverShare: 0,
})
console.log('started')
