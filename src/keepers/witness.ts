// A witness of the public log: a process of its own with its own key, which cosigns a checkpoint only if nothing that it saw before has changed.
// Use: node --import tsx src/keepers/witness.ts --dir DIR --name NAME --logs FILE [--listen 127.0.0.1:0] [--parent-watch]
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { holdFolder } from '../node/atomic-file.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { answer, bodyOf, CannotStart, endUnstarted, endWhenTold, tooLong } from './keeper-http.ts'
import { openWitness, readLogKeys, type WitnessCore } from './witness-core.ts'

type Options = { dir: string; name: string; logs: string; host: string; port: number; parentWatch: boolean }

const USE = 'use: witness --dir DIR --name NAME --logs FILE [--listen 127.0.0.1:0] [--parent-watch]'

const tell = (line: string) => process.stderr.write(`${line}\n`)

function options(): Options {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      name: { type: 'string' },
      logs: { type: 'string' },
      listen: { type: 'string', default: '127.0.0.1:0' },
      'parent-watch': { type: 'boolean', default: false },
    },
  })
  const { dir, name, logs, listen } = values
  if (!dir || !name || !logs) throw new CannotStart(USE)
  if (!/^[\x21-\x2a\x2c-\x7e]{1,255}$/.test(name)) throw new CannotStart('a name has no spaces and no plus signs')
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(listen) ?? []
  if (host === '' || Number(port) > 65_535) throw new CannotStart('--listen is ADDRESS:PORT, such as 127.0.0.1:4100')
  return { dir, name, logs, host, port: Number(port), parentWatch: values['parent-watch'] }
}

/**
 * The keys of the logs that are witnessed. The file is read again after a second, so that a log can be added, and one that is not
 * there yet names no log; a file that cannot be understood leaves the keys that were known.
 */
function logKeys(file: string): () => readonly string[] {
  let keys: readonly string[] = []
  let read = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - read < 1000 && keys.length > 0) return keys
    read = performance.now()
    try {
      keys = readLogKeys(readFileSync(file, 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        tell(JSON.stringify({ level: 'error', code: 'logs-unreadable', says: String(error) }))
    }
    return keys
  }
}

const LATEST = /^GET \/([0-9a-f]{64})\/checkpoint$/

async function handle(core: WitnessCore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = `${request.method} ${request.url}`
  if (asked === 'GET /vkey') return answer(response, 200, `${core.vkey}\n`)
  const originHash = LATEST.exec(asked)?.[1]
  if (originHash !== undefined) {
    const note = await core.latest(originHash)
    if (note === null) return answer(response, 404, 'nothing of this log was cosigned\n')
    response.setHeader('cache-control', 'public, max-age=1')
    return answer(response, 200, note)
  }
  if (asked !== 'POST /add-checkpoint')
    return answer(response, 404, 'POST /add-checkpoint, GET /<SHA-256 of the origin>/checkpoint, GET /vkey\n')
  const body = await bodyOf(request)
  if (body === null) return tooLong(response)
  const { status, body: text } = await core.addCheckpoint(body)
  answer(response, status, text, status === 409 ? 'text/x.tlog.size' : undefined)
}

async function main(): Promise<void> {
  const { dir, name, logs, host, port, parentWatch } = options()
  process.umask(0o077)
  const hold = holdFolder(dir)
  const now = () => Math.floor(Date.now() / 1000)
  const core = openWitness({ P: nodePrimitives, dir, name, logs: logKeys(logs), now, tell })
  const server = createServer((request, response) => {
    handle(core, request, response).catch((error: unknown) => {
      // What could not be kept (disk full) must not be cosigned: no answer but this one, and the next request tries again.
      tell(JSON.stringify({ level: 'error', code: 'not-cosigned', says: String(error) }))
      if (!response.headersSent) answer(response, 503, 'could not cosign\n')
      else response.destroy()
    })
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 5_000
  server.keepAliveTimeout = 120_000
  server.maxConnections = 256
  await new Promise<void>((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) =>
      reject(new CannotStart(`cannot listen on ${host}:${port}: ${error.code}`))
    server.once('error', refused).listen(port, host, resolve)
  })

  endWhenTold(server, hold, parentWatch)
  const at = server.address() as AddressInfo
  process.stdout.write(`ready ${core.vkey} http://${host.includes(':') ? `[${host}]` : host}:${at.port}\n`)
}

await main().catch(endUnstarted)
