// A program that starts a house with its custodians and stays: for the journey that kills the whole of it. DATA_DIR DATABASE_URL
import { startHouse } from '../../scripts/house.ts'
import { enrolCustodians, makeCast } from '../../scripts/play.ts'
import { FAST } from './house-pace.ts'

const [dataDir = '', databaseUrl = ''] = process.argv.slice(2)
const house = await startHouse({ ...FAST, dataDir, databaseUrl })
const { cast, accounts } = await makeCast(house, ['B1', 'B2', 'B3', 'B4', 'B5', 'B6'])
await cast.operator.signIn()
await enrolCustodians(house, cast.operator, () => {})
const pids = Object.fromEntries([...house.children].map(([name, child]) => [name, child.pid]))
console.log(`house ${JSON.stringify({ url: house.url, accounts, pids })}`)
