// How long does a browser need to seal a large file, and how much memory? The built worker itself, with a file of this disk.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { ageRecipientOf } from '../src/proof/age-recipient.ts'
import { launchWithProfile } from '../test/support/chromium.ts'
import { untilTrue } from './in-browser.ts'
import { rounded } from './rounds.ts'

const MIB = 1_048_576

/** `growthMiB`: by how much the most that all processes of the browser held at once was above what they held before; null where nobody tells. */
export type SealedLarge = { seconds: number; cpuSeconds: number; growthMiB: number | null }

async function fileOf(path: string, mebibytes: number): Promise<string> {
  const out = createWriteStream(path)
  for (let i = 0; i < mebibytes; i++) if (!out.write(P.random(MIB))) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
  return path
}

type Process = { id: number; cpuTime: number }

/** Memory of these processes, shared pages by their part (Linux). */
async function heldBy(processes: readonly Process[]): Promise<number | null> {
  let bytes = 0
  for (const { id } of processes) {
    const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '')
    bytes += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024
  }
  return bytes === 0 ? null : bytes
}

/**
 * Seals one file of so many mebibytes in the worker that bidders' pages use, in a browser with a profile on disk: a private window
 * keeps in memory what a page stores, and would count the sealed file itself.
 */
export async function sealLargeFile(
  chromium: string,
  page: string,
  worker: string,
  folder: string,
  mebibytes: number,
): Promise<SealedLarge> {
  const path = await fileOf(join(folder, 'large-file.bin'), mebibytes)
  const context = await launchWithProfile(chromium, join(folder, 'profile'))
  const cdp = await context.browser()?.newBrowserCDPSession()
  if (!cdp) throw new Error('nobody tells which processes the browser has')
  const processes = async () => (await cdp.send('SystemInfo.getProcessInfo')).processInfo as Process[]
  const cpu = async () => (await processes()).reduce((sum, one) => sum + one.cpuTime, 0)
  try {
    const tab = await context.newPage()
    await tab.goto(page)
    await tab.evaluate(`
      document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'large' }))
      window.sealing = { worker: new Worker(${JSON.stringify(worker)}, { type: 'module' }) }
      window.sealing.worker.onmessage = ({ data }) => { if (!('bytes' in data)) Object.assign(window.sealing, data) }`)
    await tab.locator('#large').setInputFiles(path)
    const before = await heldBy(await processes())
    const cpuBefore = await cpu()
    let most = before
    let watching = true
    const watch = (async () => {
      while (watching) {
        const held = await heldBy(await processes())
        if (held !== null && most !== null) most = Math.max(most, held)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    })()
    const began = performance.now()
    const recipient = ageRecipientOf(P.random(32))
    await tab.evaluate(`
      window.sealing.worker.postMessage({ id: 1, do: 'seal', recipient: ${JSON.stringify(recipient)}, file: document.querySelector('#large').files[0] })`)
    await untilTrue(tab, `'done' in window.sealing || 'failed' in window.sealing`, 300_000)
    const seconds = (performance.now() - began) / 1000
    watching = false
    await watch
    const cpuSeconds = (await cpu()) - cpuBefore
    const bytes = await tab.evaluate<number>('window.sealing.done?.sealed.bytes ?? -1')
    if (bytes !== mebibytes * MIB)
      throw new Error(`the file was not sealed: ${await tab.evaluate('window.sealing.failed')}`)
    const growth = before === null || most === null ? null : rounded((most - before) / MIB)
    return { seconds: rounded(seconds), cpuSeconds: rounded(cpuSeconds), growthMiB: growth }
  } finally {
    await context.close()
  }
}
