// Does reading a log from an address or a folder tell "not there" from "cannot be read", and give up when it must?
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { folderLogSource, httpLogSource, openLogSource, Unreachable } from '../../src/node/log-source.ts'
import { tempDir } from '../support/processes.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a log at an address', () => {
  test('gives up on a server that does not answer in time', async () => {
    const url = await serving(() => {})
    await expect(httpLogSource(url, { timeoutMs: 100 }).get('checkpoint')).rejects.toThrow(/no answer in time/)
  })

  test('gives up on a body that never ends, in time or in size', async () => {
    const slow = await serving((_req, res) => {
      res.writeHead(200)
      res.write('a')
    })
    await expect(httpLogSource(slow, { timeoutMs: 200 }).get('policy')).rejects.toThrow(Unreachable)
    const endless = await serving((_req, res) => {
      const chunk = Buffer.alloc(65_536)
      const more = () => {
        while (!res.destroyed && res.write(chunk));
      }
      res.on('drain', more)
      more()
    })
    await expect(httpLogSource(endless).get('checkpoint')).rejects.toThrow(/longer than 1048576/)
  })

  test('is unreachable when the server fails, and says how', async () => {
    const url = await serving((_req, res) => res.writeHead(500).end())
    await expect(httpLogSource(url).get('policy')).rejects.toThrow(/answered 500/)
    await expect(httpLogSource('http://127.0.0.1:9').get('policy')).rejects.toThrow(Unreachable)
  })

  test('waits for a busy server as long as it asks, but not for ever', async () => {
    let asked = 0
    const url = await serving((_req, res) => {
      asked++
      if (asked < 3) res.writeHead(429, { 'retry-after': '1' }).end()
      else res.writeHead(200).end('text')
    })
    const source = httpLogSource(url, { patienceMs: 10 })
    expect(new TextDecoder().decode((await source.get('policy'))!)).toBe('text')
    const busy = await serving((_req, res) => res.writeHead(503).end())
    await expect(httpLogSource(busy, { patienceMs: 1 }).get('policy')).rejects.toThrow(/too busy/)
  })

  test('answers null for what is not there', async () => {
    const url = await serving((_req, res) => res.writeHead(404).end('no'))
    expect(await httpLogSource(url).get('policy')).toBeNull()
  })
})

describe('a log in a folder', () => {
  test('never leaves the folder', async () => {
    const dir = tempDir('log')
    writeFileSync(join(dir, 'secret'), 'x')
    mkdirSync(join(dir, 'log'))
    const source = folderLogSource(join(dir, 'log'))
    for (const path of [
      '../secret',
      'payload/../../secret',
      '/etc/passwd',
      `payload/${'A'.repeat(64)}`,
      'tile/0/../../secret',
    ]) {
      await expect(source.get(path)).rejects.toThrow(RangeError)
    }
  })

  test('is unreachable where something else than a file stands, and does not wait for a pipe', async () => {
    const dir = tempDir('log')
    mkdirSync(join(dir, 'policy'))
    execFileSync('mkfifo', [join(dir, 'checkpoint')])
    await expect(folderLogSource(dir).get('policy')).rejects.toThrow(Unreachable)
    await expect(folderLogSource(dir).get('checkpoint')).rejects.toThrow(Unreachable)
  })

  test('answers null for what is not there, and bytes for what is', async () => {
    const dir = tempDir('log')
    mkdirSync(join(dir, 'tile', 'entries', '000.p'), { recursive: true })
    writeFileSync(join(dir, 'tile', 'entries', '000.p', '5'), 'five')
    const source = folderLogSource(dir)
    expect(await source.get('tile/entries/000.p/6')).toBeNull()
    expect(await source.get('tile/entries/000.p/5/6'.slice(0, 20))).toEqual(new Uint8Array(Buffer.from('five')))
  })
})

describe('what a person typed', () => {
  test('is refused when there is no log behind it', async () => {
    await expect(openLogSource(tempDir('empty'))).rejects.toThrow(/there is no log at/)
    await expect(openLogSource('nowhere/at/all')).rejects.toThrow(/there is no folder/)
    await expect(openLogSource('http://[')).rejects.toThrow(/is not an address/)
  })

  test('may name the log itself or the place above it, with or without a slash', async () => {
    const dir = tempDir('log')
    mkdirSync(join(dir, 'log'))
    writeFileSync(join(dir, 'log', 'checkpoint'), 'note')
    for (const typed of [dir, `${dir}/`, join(dir, 'log'), `${join(dir, 'log')}/`]) {
      expect(await (await openLogSource(typed)).get('checkpoint')).not.toBeNull()
    }
    const url = await serving((req, res) => res.writeHead(req.url === '/log/checkpoint' ? 200 : 404).end('note'))
    for (const typed of [url, `${url}/`, `${url}/log`, `${url}/log/`]) {
      expect(await (await openLogSource(typed)).get('checkpoint')).not.toBeNull()
    }
  })
})
