// Looks after personal data: npm run privacy -- inventory | retention [--dry-run] | rotate

import { join } from 'node:path'
import { getTableName } from 'drizzle-orm'
import { INVENTORY } from '../db/inventory.ts'
import { findDatabase } from '../src/server/cluster.ts'
import { config } from '../src/server/config.ts'
import { type Database, openDatabase } from '../src/server/db.ts'
import { holdPersonalKeys } from '../src/server/privacy/personal-keys.ts'
import { sweep } from '../src/server/privacy/retention.ts'
import { rotatePersonalKeys } from '../src/server/privacy/rotate.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

function inventory(): void {
  for (const { table, columns, whose, encrypted = [], erase, why, retention } of INVENTORY) {
    const personal = Object.entries(columns).filter(([, tag]) => tag !== '-')
    if (personal.length === 0) continue
    say(`${getTableName(table)}${whose === null ? '' : ` (of ${whose})`}: on erasure ${erase}, ${why}`)
    for (const [name, tag] of personal)
      say(`  ${name.padEnd(20)} ${tag}${encrypted.includes(name) ? ', encrypted' : ''}`)
    if (retention) say(`  rows go ${retention.days} days after ${retention.time}`)
  }
}

async function retention(db: Database, dry: boolean): Promise<void> {
  for (const { table, column, before, rows } of await sweep(db, { dry })) {
    say(`${table}: ${rows} rows with ${column} before ${before.toISOString()}${dry ? ' would go' : ' are gone'}`)
  }
}

async function rotate(db: Database, dataDir: string): Promise<void> {
  const { key, sealedAgain, dropped } = await rotatePersonalKeys(db, dataDir)
  for (const [column, rows] of Object.entries(sealedAgain)) say(`${column}: ${rows} sealed again with ${key}`)
  say(dropped.length > 0 ? `destroyed: ${dropped.join(', ')}` : 'no old key was left to destroy')
}

const [command = '', ...flags] = process.argv.slice(2)
const known = ['inventory', 'retention', 'rotate'].includes(command) && flags.every((flag) => flag === '--dry-run')
if (!known || (flags.length > 0 && command !== 'retention')) {
  process.stderr.write('npm run privacy -- inventory | retention [--dry-run] | rotate\n')
  process.exit(2)
}
if (command === 'inventory') inventory()
else {
  const { dataDir, databaseUrl } = config()
  const { url } = await findDatabase({ databaseUrl, dataDir: join(dataDir, 'postgres'), say: () => {} })
  const db = openDatabase({ url, max: 2 })
  try {
    await holdPersonalKeys(dataDir)
    await (command === 'rotate' ? rotate(db, dataDir) : retention(db, flags.length > 0))
  } finally {
    await db.close()
  }
}
