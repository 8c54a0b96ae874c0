// Looks after the log: npm run log -- compare | rebuild | files DIR | pool TENDER | shard YEAR
import { join } from 'node:path'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { findDatabase } from '../src/server/cluster.ts'
import { config } from '../src/server/config.ts'
import { openDatabase } from '../src/server/db.ts'
import { openPool } from '../src/server/evaluators/confirmations.ts'
import { compareLog } from '../src/server/log/compare-log.ts'
import { fileRound } from '../src/server/log/log-files.ts'
import { planShard } from '../src/server/log/shards.ts'
import { askVkey } from '../src/server/log/signer-client.ts'
import { tileReader } from '../src/server/log/tiles.ts'
import { policyText, witnessLines } from '../src/server/log/witness-policy.ts'

const USE = `npm run log -- compare      does all that is kept beside the entries follow from them, and do all rows that they say agree?
npm run log -- rebuild      the same, and tiles and columns that do not are written anew
npm run log -- files DIR    the whole log as files that any web server can serve; again for what has come since
npm run log -- shard YEAR   ends the log and goes on in that of the year; by itself on 1 January (UTC)
npm run log -- pool TENDER  who was in the pool of a drawn committee, for an auditor's \`madang pool\`; once the scores are locked
`
const say = (line: string) => process.stdout.write(`${line}\n`)

const [command = '', dir, ...more] = process.argv.slice(2)
const known = ['files', 'pool', 'shard'].includes(command)
  ? dir !== undefined
  : ['compare', 'rebuild'].includes(command) && dir === undefined
if (!known || more.length > 0) {
  process.stderr.write(USE)
  process.exit(2)
}
const { dataDir, databaseUrl, signerSocket, witnessFile, logUrl } = config()
const { url } = await findDatabase({ databaseUrl, dataDir: join(dataDir, 'postgres'), say: () => {} })
const db = openDatabase({ url, max: 2, statementMs: 600_000, idleInTxMs: 600_000 })
try {
  if (command === 'files' && dir !== undefined) {
    const policy = async () => policyText(await askVkey(signerSocket), logUrl, witnessLines(P, witnessFile))
    const size = await fileRound({ P, db, tiles: tileReader(), dir, policy })
    say(size === 0 ? 'no checkpoint has been published yet' : `${dir} holds the log of ${size} entries`)
  } else if (command === 'shard' && dir !== undefined) {
    const year = /^[1-9]\d{3}$/.test(dir) ? Number(dir) : Number.NaN
    const plan = Number.isNaN(year)
      ? { refused: `${dir} is no year` }
      : await db.withTx((work) => planShard(work, year))
    if ('refused' in plan) {
      process.stderr.write(`${plan.refused}\n`)
      process.exitCode = 1
    } else say(`${plan.origin} begins as soon as the end of the log before it is witnessed`)
  } else if (command === 'pool' && dir !== undefined) {
    const opened = await db.withTx((work) => openPool(work, dir))
    if (typeof opened === 'string') {
      process.stderr.write(`${opened}\n`)
      process.exitCode = 1
    } else say(JSON.stringify(opened, null, 2))
  } else {
    const rebuild = command === 'rebuild'
    const progress = (says: string) => void process.stderr.write(`${says}\n`)
    const { entries, tiles, payloads, rows, differences } = await compareLog(P, db, { rebuild, progress })
    for (const { where, says, rebuilt } of differences) say(`${where}: ${says}${rebuilt ? ' (written anew)' : ''}`)
    const held = rows === null ? 'other rows only once the columns of entries are right (rebuild)' : `${rows} rows`
    say(`${entries} entries, ${tiles} tiles, ${payloads} payloads, ${held}: ${differences.length} differences`)
    if (differences.some(({ rebuilt }) => !rebuilt)) process.exitCode = 1
  }
} finally {
  await db.close()
}
