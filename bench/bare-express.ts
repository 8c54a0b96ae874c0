// The least that an Express route can do with a bid: read its bytes, answer a constant. A program of its own.
import { createServer } from 'node:http'
import express from 'express'

const app = express()
app.disable('x-powered-by')
app.post('/bids', express.raw({ type: 'application/json', limit: 4_194_304, inflate: false }), (req, res) => {
  res.status((req.body as Buffer).length > 0 ? 201 : 400).json({ receipt: 'constant' })
})
const http = createServer(app)
http.listen(0, '127.0.0.1', () => {
  const address = http.address()
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 })
})
process.on('disconnect', () => process.exit())
