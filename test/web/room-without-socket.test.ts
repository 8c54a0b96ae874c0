// Does the room work behind a proxy that knows nothing but plain requests? It asks for entries instead, and ends with the same opening.
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cancel } from '../../scripts/person.ts'
import { chromium, openWeb } from './harness.ts'

const web = await openWeb({ suppliers: 2 })

/** Passes plain requests on to the real server and hangs up on everything else. */
async function plainProxy() {
  const to = new URL(web.url)
  const state = { url: '', upgrades: 0, passes: true }
  const http = createServer((req, res) => {
    if (!state.passes) return void req.destroy()
    const { method, headers, url: path } = req
    const on = request({ host: to.hostname, port: to.port, method, headers, path }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    on.on('error', () => res.destroy())
    req.pipe(on)
  })
  http.on('upgrade', (_, socket) => {
    state.upgrades++
    socket.destroy()
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  state.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return state
}

/** Connections that are refused on purpose, and the proxy's own address. */
const REFUSED = [
  /WebSocket/,
  /ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_NETWORK/,
  /Failed to load resource/,
  /asked elsewhere/,
]

describe.skipIf(chromium === null)('RT-6 where sockets are blocked', () => {
  test('a whole opening is followed by plain requests, and every row is checked', { timeout: 120_000 }, async () => {
    const { world } = web
    const proxy = await plainProxy()
    const no = await world.publish({ seconds: 12 })
    await world.bid(no, world.supplier(1), { price: { amount: '98000000', currency: 'KRW' } })
    await world.bid(no, world.supplier(2), { price: { amount: '96000000', currency: 'KRW' } })
    await world.tick()
    const page = await web.newPage({ lang: 'en', allow: REFUSED })
    await page.goto(`${proxy.url}/tenders/${no}/opening`)
    await page.getByText('Every 3 s', { exact: true }).waitFor()
    await page.getByLabel('Speed').first().selectOption('instant')
    const { deadline } = await world.view(no)
    await pause(Math.max(0, Date.parse(deadline as string) + 100 - Date.now()))
    await world.clock()
    await world.tick()
    await world.bring(no, 'awarded')
    await page.getByText('2 of 2 same as official').first().waitFor({ timeout: 60_000 })
    await page.getByText('Awarded', { exact: true }).first().waitFor()
    expect(await page.getByText('The record does not add up').count()).toBe(0)
    // It tried to have a socket, and never had one.
    expect(proxy.upgrades).toBeGreaterThan(0)
    expect(await page.getByText('Live', { exact: true }).count()).toBe(0)
  })

  test('control: where plain requests are blocked too, nothing new is shown, and the page says why', {
    timeout: 60_000,
  }, async () => {
    const { world } = web
    const proxy = await plainProxy()
    const no = await world.publish()
    const page = await web.newPage({ lang: 'en', allow: REFUSED })
    await page.goto(`${proxy.url}/tenders/${no}/opening`)
    await page.getByText('Every 3 s', { exact: true }).waitFor()
    proxy.passes = false
    await cancel(world.officer, world.approver, no, 'The plan has changed.')
    await world.tick()
    await page.getByText('The connection is lost').first().waitFor()
    expect(await page.getByText('The tender was cancelled.').count()).toBe(0)
    proxy.passes = true
    await page.getByText('The tender was cancelled.').first().waitFor()
  })
})
