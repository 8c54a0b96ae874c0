// The log's signer: a process of its own with its own key, which signs a checkpoint only if the log has grown and nothing in it has changed.
// Use: node --import tsx src/keepers/signer.ts --dir DIR --socket PATH --origin NAME [--parent-watch]
import { lstatSync, unlinkSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { parseArgs } from 'node:util'
import { holdFolder } from '../node/atomic-file.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { b64 } from '../proof/bytes.ts'
import { answer, bodyOf, CannotStart, endUnstarted, endWhenTold, tooLong } from './keeper-http.ts'
import { openSigner, type SignerCore } from './signer-core.ts'

/** Bytes of a socket's path that every system takes (sun_path holds 104 on some, with the closing zero). */
const MAX_SOCKET_PATH = 103

async function handle(core: SignerCore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = `${request.method} ${request.url}`
  if (asked === 'GET /vkey') return answer(response, 200, `${core.vkey}\n`)
  if (asked === 'GET /state') {
    const { origin, size, root } = core.tree()
    return answer(response, 200, JSON.stringify({ origin, size, root: b64(root) }), 'application/json')
  }
  if (asked !== 'POST /sign') return answer(response, 404, 'POST /sign, GET /vkey, GET /state\n')
  const body = await bodyOf(request)
  if (body === null) return tooLong(response)
  const { status, body: text } = await core.sign(body)
  answer(response, status, text, status === 409 ? 'text/x.tlog.size' : undefined)
}

/** Takes away the socket that a killed signer left; refuses one that answers, and anything that is not a socket. */
async function clearSocket(path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw new CannotStart(`the socket's path is longer than ${MAX_SOCKET_PATH} bytes: ${path}`)
  }
  let isSocket: boolean
  try {
    isSocket = lstatSync(path).isSocket()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (!isSocket) throw new CannotStart(`${path} is there and is not a socket`)
  const lives = await new Promise<boolean>((resolve) => {
    const probe = connect(path)
    probe.on('connect', () => resolve(true)).on('error', () => resolve(false))
    probe.on('connect', () => probe.destroy())
  })
  if (lives) throw new CannotStart(`somebody answers at ${path}`)
  unlinkSync(path)
}

function options(): { dir: string; socket: string; origin: string; parentWatch: boolean } {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      socket: { type: 'string' },
      origin: { type: 'string' },
      'parent-watch': { type: 'boolean', default: false },
    },
  })
  const { dir, socket, origin } = values
  if (!dir || !socket || !origin)
    throw new CannotStart('use: signer --dir DIR --socket PATH --origin NAME [--parent-watch]')
  // C2SP signed-note: a key's name is not empty and holds neither spaces nor plus signs.
  if (!/^[\x21-\x2a\x2c-\x7e]{1,255}$/.test(origin)) throw new CannotStart('an origin has no spaces and no plus signs')
  return { dir, socket, origin, parentWatch: values['parent-watch'] }
}

async function main(): Promise<void> {
  const { dir, socket, origin, parentWatch } = options()
  // Before anything is made: the socket, like every file here, is for the owner only.
  process.umask(0o077)
  const hold = holdFolder(dir)
  const core = openSigner(nodePrimitives, dir, origin)
  await clearSocket(socket)

  const server = createServer((request, response) => {
    handle(core, request, response).catch((error: unknown) => {
      // A state that could not be written (disk full) must not be signed for: no answer but this one, and the next request tries again.
      process.stderr.write(`${JSON.stringify({ level: 'error', code: 'not-signed', says: String(error) })}\n`)
      if (!response.headersSent) answer(response, 503, 'could not sign\n')
      else response.destroy()
    })
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 5_000
  server.maxConnections = 64
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(socket, resolve))

  endWhenTold(server, hold, parentWatch)
  process.stdout.write(`ready ${core.vkey}\n`)
}

await main().catch(endUnstarted)
