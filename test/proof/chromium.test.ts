// Does a real browser make the same bytes? The vectors again, in Chromium, with WebCrypto.
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumOrSkip, launchChromium } from '../support/chromium.ts'
import { VECTOR_CHECKS } from './vector-checks.ts'

const VECTORS = new URL('../vectors/', import.meta.url)
const chromium = chromiumOrSkip('the vectors in Chromium')

const ENTRY = `
  import { webPrimitives } from '../../src/proof/web-primitives.ts'
  import { VECTOR_CHECKS } from './vector-checks.ts'
  const read = async (path) => {
    const reply = await fetch('/vectors/' + path)
    return reply.ok ? new Uint8Array(await reply.arrayBuffer()) : null
  }
  globalThis.runCheck = async (index) => {
    try {
      await VECTOR_CHECKS[index].run(webPrimitives, read)
      return 'as the vector says'
    } catch (error) {
      return String(error?.stack ?? error)
    }
  }
`

async function serve(bundle: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    try {
      if (path === '/') response.setHeader('content-type', 'text/html').end('<script src="/bundle.js"></script>')
      else if (path === '/bundle.js') response.setHeader('content-type', 'text/javascript').end(bundle)
      else response.end(await readFile(new URL(path.replace('/vectors/', ''), VECTORS)))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return server
}

describe.skipIf(chromium === null)('the vectors in Chromium', () => {
  let server: Server
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    const built = await build({
      stdin: { contents: ENTRY, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
      bundle: true,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      write: false,
    })
    server = await serve(built.outputFiles[0]!.text)
    browser = await launchChromium(chromium!)
    page = await browser.newPage()
    // crypto.subtle is there in secure contexts only; 127.0.0.1 is one.
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await new Promise((closed) => (server === undefined ? closed(null) : server.close(closed)))
  })

  for (const [index, { name }] of VECTOR_CHECKS.entries()) {
    test(name, { timeout: 30_000 }, async () => {
      const outcome = await page.evaluate(
        (i) => (globalThis as unknown as { runCheck(i: number): Promise<string> }).runCheck(i),
        index,
      )
      expect(outcome).toBe('as the vector says')
    })
  }
})
