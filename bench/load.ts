// The load generator as a program: seals bids beforehand, then sends them over many connections and keeps the receipts.
import { setTimeout as sleep } from 'node:timers/promises'
import { sealBid } from '../src/domain/bids/prepare.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { b64u, fromB64u } from '../src/proof/bytes.ts'
import { readKeyset } from '../src/proof/keyset.ts'
import { scalarSigner } from '../src/server/keys.ts'
import { contentsOf } from './bids.ts'
import { KeepAlive } from './keep-alive.ts'
import type { Answer, Order, Sample, SealOrder, SendOrder, Sent } from './load-process.ts'
import { quantile, rounded } from './rounds.ts'

type Ready = { c: string; key: string; body: Uint8Array; receipt: string | null }

const ready: Ready[] = []

async function seal({ tender, keysets, bidders }: SealOrder): Promise<Sample> {
  const read = { technical: readKeyset(P, keysets.technical), price: readKeyset(P, keysets.price) }
  let sample: Sample | null = null
  for (const [i, { org, scalar }] of bidders.entries()) {
    const { body, c } = await sealBid(P, scalarSigner(P, fromB64u(scalar)), {
      tender,
      bidder: org,
      seq: 1,
      replaces: null,
      made: '2026-11-21T04:00:00Z',
      keysets: read,
      ...contentsOf(i),
    })
    const bytes = Buffer.from(JSON.stringify(body))
    ready.push({ c, key: b64u(P.random(18)), body: bytes, receipt: null })
    sample ??= { ...body.envelopes, act: `${body.jws} ${body.salt}`, requestBytes: bytes.length }
  }
  if (!sample) throw new Error('no bidders')
  return sample
}

const headOf = ({ path }: SendOrder, { key, body }: Ready, token: string) =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    `Idempotency-Key: ${key}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '\r\n',
  ].join('\r\n')

async function send(order: SendOrder): Promise<Sent> {
  const { port, clients, from, to, seconds, tokens, everyMs = null } = order
  const connections = await Promise.all(Array.from({ length: clients }, () => KeepAlive.open(port)))
  const statuses: Record<string, number> = {}
  const latencies: number[] = []
  let refusal: string | null = null
  let next = from
  const cpu = process.cpuUsage()
  const began = performance.now()
  const end = seconds === null ? Number.POSITIVE_INFINITY : began + seconds * 1000
  const client = async (connection: KeepAlive) => {
    while (performance.now() < end && (seconds !== null || next < to)) {
      const place = next++ - from
      const i = from + (place % (to - from))
      const bid = ready[i]
      if (!bid) throw new Error(`there is no bid ${i}`)
      // Whoever has an appointment waits from then on, also while every connection is still busy with others.
      const due = began + place * (everyMs ?? 0)
      if (everyMs !== null) await sleep(Math.max(0, due - performance.now()))
      const start = everyMs === null ? performance.now() : due
      const { status, body } = await connection.send(headOf(order, bid, tokens[i - from] ?? 'none'), bid.body)
      latencies.push(performance.now() - start)
      statuses[status] = (statuses[status] ?? 0) + 1
      if (status !== 201) refusal ??= `${status} ${body.slice(0, 400)}`
      else if (seconds === null) bid.receipt = body
    }
  }
  try {
    await Promise.all(connections.map(client))
  } finally {
    for (const connection of connections) connection.close()
  }
  const taken = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return {
    count: latencies.length,
    seconds: rounded(taken),
    statuses,
    p50Ms: rounded(quantile(latencies, 0.5)),
    p99Ms: rounded(quantile(latencies, 0.99)),
    cpuSeconds: rounded((user + system) / 1e6),
    refusal,
  }
}

async function answer(order: Order): Promise<Answer> {
  if (order.order === 'seal') return { sample: await seal(order) }
  if (order.order === 'send') return { sent: await send(order) }
  return {
    receipts: ready.flatMap(({ c, receipt }): [string, string][] =>
      receipt === null ? [] : [[c, (JSON.parse(receipt) as { receipt: string }).receipt]],
    ),
  }
}

process.on('message', async (order: Order) => {
  try {
    process.send?.(await answer(order))
  } catch (err) {
    process.send?.({ failed: String((err as Error).stack ?? err) } satisfies Answer)
  }
})
process.on('disconnect', () => process.exit())
