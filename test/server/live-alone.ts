// The live server alone as a program, for measurements: on a Unix socket, where the kernel buffers little, and on a TCP port beside it.
// Use: node --import tsx test/server/live-alone.ts SOCKET DATABASE_URL LIMITS_AS_JSON; it prints `ready PORT`, and its memory once a second.
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { openDatabase } from '../../src/server/db.ts'
import { startLive } from '../../src/server/live.ts'

const [path, url = '', limits = '{}'] = process.argv.slice(2)
const db = openDatabase({ url, max: 2 })
const http = createServer((_, res) => res.writeHead(404).end())
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
