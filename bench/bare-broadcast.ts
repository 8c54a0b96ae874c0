// The least that a server can do with an event: `ws` alone, one loop over everybody. A program of its own.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { sharedNow } from './watching.ts'

const http = createServer()
const everybody = new WebSocketServer({ server: http, clientTracking: true, perMessageDeflate: false })

process.on('message', ({ say }: { say: string }) => {
  const at = sharedNow()
  for (const client of everybody.clients) client.send(say)
  process.send?.({ at, to: everybody.clients.size })
})
process.on('disconnect', () => process.exit())
http.listen(0, '127.0.0.1', 16_384, () => process.send?.({ port: (http.address() as AddressInfo).port }))
