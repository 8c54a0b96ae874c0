// A part of the crowd as a program: thousands of watchers that come, hear, and come back, each from one of several addresses.
import { Agent } from 'node:http'
import { constants, setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type ComeOrder, type Kind, type Order, PER_ADDRESS, type WholeOrder } from './crowd-process.ts'
import { BareWatcher, LiveWatcher, sharedNow } from './watching.ts'

/** Handshakes under way at once. */
const AT_ONCE = 250
/** Fetches under way at once: what a browser does with its own connection, thousands of watchers do with these. */
const FETCHES = 200

// Watchers have machines of their own: what they do with what they hear must not keep the server waiting.
setPriority(constants.priority.PRIORITY_LOW)

type Any = LiveWatcher | BareWatcher

const crowds: Record<Kind, Any[]> = { live: [], bare: [] }
const heard = new Map<string, number[]>()
const agent = new Agent({ keepAlive: true, maxSockets: FETCHES })

const onEntry = (kind: Kind) => (index: number, at: number) => {
  const key = `${kind} ${index}`
  const times = heard.get(key)
  if (times) times.push(at)
  else heard.set(key, [at])
}

/** Looks until it is so, or time is up. */
async function until(ready: () => boolean, ms: number): Promise<boolean> {
  const end = sharedNow() + ms
  while (!ready()) {
    if (sharedNow() > end) return false
    await sleep(5)
  }
  return true
}

async function come({ kind, port, no, count, first, ms }: ComeOrder): Promise<Answer> {
  const began = sharedNow()
  const crowd = crowds[kind]
  for (let i = 0; i < count; i++) {
    const from = `127.0.0.${2 + ((first + Math.floor(i / PER_ADDRESS)) % 250)}`
    const on = { onEntry: onEntry(kind) }
    crowd.push(kind === 'live' ? new LiveWatcher({ port, from, no, agent }, on) : new BareWatcher({ port, from }, on))
    const there = () => crowd.length - crowd.filter((one) => one.liveAt !== null).length < AT_ONCE
    if (i % 50 === 0) await until(there, ms)
  }
  if (!(await until(() => crowd.every((one) => one.liveAt !== null), ms))) {
    const away = crowd.filter((one) => one.liveAt === null).length
    return { failed: `${away} of ${count} could not come within ${ms} ms` }
  }
  return { came: sharedNow() - began }
}

async function whole({ last, ms }: WholeOrder): Promise<Answer> {
  const crowd = crowds.live
  const isWhole = (one: Any) => one.liveAt !== null && one.last >= last
  await until(() => crowd.every(isWhole), ms)
  const entries = crowd.map((one) => one.entries)
  return {
    back: Float64Array.from(crowd.flatMap((one) => one.liveAt ?? [])),
    entries: [Math.min(...entries), Math.max(...entries)],
    missing: crowd.filter((one) => !isWhole(one)).length,
  }
}

async function answer(order: Order): Promise<Answer> {
  switch (order.order) {
    case 'come':
      return come(order)
    case 'heard': {
      const key = `${order.kind} ${order.index}`
      await until(() => (heard.get(key)?.length ?? 0) >= crowds[order.kind].length, order.ms)
      const times = Float64Array.from(heard.get(key) ?? [])
      heard.delete(key)
      return { heard: times }
    }
    case 'whole':
      return whole(order)
    case 'leave': {
      const left = crowds[order.kind].splice(0)
      for (const one of left) one.leave()
      heard.clear()
      return { left: left.length }
    }
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
