// The live server alone as a program, for measurements: on a Unix socket, where the kernel buffers little, and on a TCP port beside it.
// Use: node --import tsx test/server/live-alone.ts SOCKET DATABASE_URL LIMITS_AS_JSON; it prints `ready PORT`.
// GET /mark begins to count what is written to each watcher; GET /told answers to how many an entry has been written since.
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { openDatabase } from '../../src/server/db.ts'
import { startLive } from '../../src/server/live.ts'

const [path, url = '', limits = '{}'] = process.argv.slice(2)
const db = openDatabase({ url, max: 2 })
/** More than a ping, less than the entries of the tests. */
const ENTRY_BYTES = 500
/** Bytes written to each watcher when counting began. */
const watchers = new Map<Socket, number>()
const told = () => [...watchers].filter(([socket, before]) => socket.bytesWritten - before > ENTRY_BYTES).length
const http = createServer((req, res) => {
  if (req.url === '/mark') for (const socket of watchers.keys()) watchers.set(socket, socket.bytesWritten)
  else if (req.url !== '/told') return void res.writeHead(404).end()
  res.end(JSON.stringify({ told: told(), of: watchers.size }))
})
http.on('upgrade', (_, socket: Socket) => {
  watchers.set(socket, socket.bytesWritten)
  socket.once('close', () => watchers.delete(socket))
})
http.headersTimeout = 2000
// Node looks for overdue headers this often.
http.setMaxListeners(0)
const live = startLive({ http, db, pollMs: 200, limits: JSON.parse(limits), onProblem: (err) => console.error(err) })
await new Promise<void>((resolve) => http.listen(path, resolve))
const tcp = createTcpServer((socket) => http.emit('connection', socket))
await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
process.stdout.write(`ready ${(tcp.address() as AddressInfo).port}\n`)
process.once('SIGTERM', async () => {
  tcp.close()
  await live.close()
  process.exit(0)
})
