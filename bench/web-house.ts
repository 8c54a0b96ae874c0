// Whose pages are measured? Those of the real processes, with one official case played to its award; and a bare page beside them.
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readCase } from '../scripts/case.ts'
import { startHouse } from '../scripts/house.ts'
import { CUSTODIANS, enrolCustodians, makeCast, playCase } from '../scripts/play.ts'
import { sweepWorlds } from './intake-house.ts'

export type WebHouse = { url: string; tender: string; stop: () => Promise<void> }

/** A tender of six bids whose opening is over: the room shows every row at once. */
export async function openWebHouse(dataDir: string, say: (line: string) => void): Promise<WebHouse> {
  for (const part of ['server', 'signer', 'custodians']) await rm(join(dataDir, part), { recursive: true, force: true })
  const world = `bench_${Date.now()}`
  const house = await startHouse({
    dataDir,
    database: world,
    demo: true,
    accelerator: 60,
    tickMs: 200,
    pollMs: 250,
    say,
    onComplaint: (who, line) => !CUSTODIANS.includes(who) && say(`[${who}] ${line}`),
  })
  try {
    if (house.cluster) await sweepWorlds(house.cluster, world)
    const played = readCase()
    const { cast } = await makeCast(
      house,
      played.bidders.map((b) => b.bidder),
    )
    await cast.operator.signIn()
    await enrolCustodians(house, cast.operator, () => {})
    const { no } = await playCase(house, cast, played, () => {})
    await Promise.all(CUSTODIANS.map((id) => house.kill(id, 'SIGTERM')))
    return { url: house.url, tender: no, stop: () => house.stop() }
  } catch (err) {
    await house.stop()
    throw err
  }
}

/** So many rows of a table with nothing behind them: the least that a page with these rows can be. */
const bareHtml = (rows: number): string => {
  const row = (i: number) =>
    `<tr class="row"><td>${i + 1}</td><td class="who">다솜소프트 ${i + 1}</td><td class="price">₩${1_000_000 + i * 7919}</td><td>83.9</td></tr>`
  return `<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>bare</title>
<style>td{padding:1rem;border-bottom:1px solid #ccc}</style><h1>개찰</h1><table>${Array.from({ length: rows }, (_, i) => row(i)).join('')}</table></html>`
}

/** Serves `/6` and the like: a static page of so many rows, packed as ours are. */
export async function startBarePages(): Promise<{ url: string; stop: () => void }> {
  const http = createServer((req, res) => {
    const rows = Number(req.url?.slice(1))
    if (!Number.isSafeInteger(rows) || rows < 1) return void res.writeHead(404).end()
    res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' })
    res.end(gzipSync(bareHtml(rows)))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    stop: () => {
      http.closeAllConnections()
      http.close()
    },
  }
}
