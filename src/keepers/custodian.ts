// A key custodian: a process of its own that believes nobody, and turns its key for an opening only when every check allows it.
// Use: node --import tsx src/keepers/custodian.ts --dir DIR --id ID --url http://127.0.0.1:3000 [--policy FILE] [--poll-ms 1000] [--once] [--parent-watch]
//      node --import tsx src/keepers/custodian.ts --dir DIR --id ID --init | --rotate | --recover LOST-KEY | --vouch FILE
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { millisZ } from '../domain/kit/time.ts'
import { readKeyPayload } from '../domain/record/payloads.ts'
import { vouchFor } from '../domain/record/recovery.ts'
import { FolderHeld, holdFolder, readFileIfThere, UnsafePath } from '../node/atomic-file.ts'
import { httpLogSource, Unreachable } from '../node/log-source.ts'
import { watchParent } from '../node/parent-watch.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { FormatError } from '../proof/bytes.ts'
import { readJws, signJws, verifyJws } from '../proof/jws.ts'
import { thumbprint } from '../proof/primitives.ts'
import { Custodian } from './custodian-core.ts'
import { askForRecovery, openIdentity, prepareSuccessor } from './custodian-identity.ts'
import { httpPost } from './post.ts'

/** Longest pause between polls while the API does not answer, milliseconds. */
const LONGEST_PAUSE = 5000

/** What a person must put right before the custodian can start; printed as one line, without a stack. */
class CannotStart extends Error {}

type Options = {
  dir: string
  id: string
  url: string
  policy: string | undefined
  pollMs: number
  once: boolean
  init: boolean
  rotate: boolean
  recover: string | undefined
  vouch: string | undefined
  parentWatch: boolean
}

const USE =
  'use: custodian --dir DIR --id ID (--init | --rotate | --recover LOST-KEY | --vouch FILE | --url URL [--policy FILE] [--poll-ms 1000] [--once] [--parent-watch])'

function options(): Options {
  const { values } = parseArgs({
    options: {
      dir: { type: 'string' },
      id: { type: 'string' },
      url: { type: 'string' },
      policy: { type: 'string' },
      'poll-ms': { type: 'string', default: '1000' },
      once: { type: 'boolean', default: false },
      init: { type: 'boolean', default: false },
      rotate: { type: 'boolean', default: false },
      recover: { type: 'string' },
      vouch: { type: 'string' },
      'parent-watch': { type: 'boolean', default: false },
    },
  })
  const { dir, id, url, policy, once, init, rotate, recover, vouch } = values
  if (!dir || !id || (!url && !init && !rotate && recover === undefined && vouch === undefined))
    throw new CannotStart(USE)
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(id))
    throw new CannotStart('an id has lower-case letters, digits, dots and dashes')
  if (url && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)))
    throw new CannotStart(`${url} is no http address`)
  const pollMs = Number(values['poll-ms'])
  if (!Number.isInteger(pollMs) || pollMs < 10 || pollMs > 60_000) throw new CannotStart('--poll-ms is 10 to 60000')
  return {
    dir,
    id,
    url: url ?? '',
    policy,
    pollMs,
    once,
    init,
    rotate,
    recover,
    vouch,
    parentWatch: values['parent-watch'],
  }
}

function textOf(file: string, what = 'the policy'): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CannotStart(`${what} ${file} cannot be read: ${(error as Error).message}`)
  }
}

const tell = (line: string) => process.stderr.write(`${line}\n`)
const now = () => Date.now()

/** A failed round in one line. An unreachable API is weather; anything else is shown with its stack, and the custodian goes on. */
function failure(error: unknown): string {
  const weather =
    error instanceof Unreachable || (error as Error)?.name === 'TimeoutError' || error instanceof TypeError
  const says = error instanceof Error ? (weather ? error.message : (error.stack ?? error.message)) : String(error)
  return JSON.stringify({
    at: millisZ(now()),
    level: 'error',
    code: weather ? 'api-unreachable' : 'round-failed',
    says,
  })
}

/** Polls until `ended`; pauses twice as long after each failure, up to five seconds, and is punctual again after a success. */
async function poll(custodian: Custodian, pollMs: number, ended: { by?: () => void; now: boolean }): Promise<void> {
  let failures = 0
  let last = ''
  while (!ended.now) {
    try {
      await custodian.round()
      failures = 0
      last = ''
    } catch (error) {
      failures++
      const line = failure(error)
      const gist = line.slice(line.indexOf('"code"'))
      if (gist !== last) tell(line)
      last = gist
    }
    const pause = failures === 0 ? pollMs : Math.min(LONGEST_PAUSE, pollMs * 2 ** Math.min(failures, 16))
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(pause, 10))
      ended.by = () => {
        clearTimeout(timer)
        resolve()
      }
      if (ended.now) ended.by()
    })
  }
}

/** What another institution asks for, in words for whoever is to vouch for it; `wrong` says why nobody can. */
async function requestReasons(request: string, own: string): Promise<{ wrong: string | null; says: string }> {
  const asked = readKeyPayload(readJws(request).payload)
  const signed = await verifyJws(nodePrimitives, request, asked.jwk, 'custodian.identity/1')
  const kid = thumbprint(nodePrimitives, asked.jwk)
  const says = `${asked.id}: the key ${kid} in the place of ${asked.replaces}`
  if (!signed || asked.replaces === null) return { wrong: 'that is no request for a lost key', says }
  if (asked.id === own) return { wrong: 'no custodian vouches for itself', says }
  return { wrong: null, says }
}

async function main(): Promise<number> {
  const { dir, id, url, policy, pollMs, once, init, rotate, recover, vouch, parentWatch } = options()
  process.umask(0o077)
  const hold = holdFolder(dir)
  if (init) {
    const identity = await openIdentity(nodePrimitives, dir, id, now())
    process.stdout.write(`identity ${id} ${identity.kid}\n`)
    hold.release()
    return 0
  }
  if (rotate) {
    if (readFileIfThere(join(dir, 'identity.key')) === null)
      throw new CannotStart(`${dir} holds no identity: --init makes one`)
    // The custodian hands it in at its next start, and goes on with the new key once the log has it.
    const identity = await openIdentity(nodePrimitives, dir, id, now())
    const next = await prepareSuccessor(nodePrimitives, dir, identity, now())
    process.stdout.write(`successor ${id} ${next.kid} of ${identity.kid}\n`)
    hold.release()
    return 0
  }
  if (recover !== undefined) {
    if (!/^[A-Za-z0-9_-]{43}$/.test(recover)) throw new CannotStart('--recover takes the number of the lost key')
    // Another custodian's --vouch takes the file; an auditor hands in both.
    const identity = await askForRecovery(nodePrimitives, dir, id, { lost: recover, now: now() })
    process.stdout.write(`recovery ${id} ${identity.kid} of ${recover} ${join(dir, 'identity.jws')}\n`)
    hold.release()
    return 0
  }
  if (vouch !== undefined) {
    if (readFileIfThere(join(dir, 'identity.key')) === null)
      throw new CannotStart(`${dir} holds no identity: --init makes one`)
    const identity = await openIdentity(nodePrimitives, dir, id, now())
    const request = textOf(vouch, 'the request').trim()
    const of = await requestReasons(request, id)
    if (of.wrong) throw new CannotStart(of.wrong)
    process.stdout.write(`${await signJws(nodePrimitives, identity.signer, vouchFor(nodePrimitives, id, request))}\n`)
    tell(JSON.stringify({ at: millisZ(now()), level: 'info', code: 'vouched', says: of.says }))
    hold.release()
    return 0
  }
  const custodian = await Custodian.open({
    P: nodePrimitives,
    dir,
    id,
    source: httpLogSource(`${url.replace(/\/+$/, '')}/log`, { timeoutMs: 10_000, patienceMs: 2000 }),
    post: httpPost(url),
    now,
    tell,
    policy: policy === undefined ? undefined : textOf(policy),
  })
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  process.stdout.write(`ready ${id} ${custodian.identity.kid}\n`)
  if (once) {
    try {
      return (await custodian.round()) ? 0 : 1
    } catch (error) {
      tell(failure(error))
      return 1
    } finally {
      hold.release()
    }
  }
  const ended: { by?: () => void; now: boolean } = { now: false }
  const end = () => {
    ended.now = true
    ended.by?.()
    // A round that hangs in a request must not keep the process: what matters is on disk already.
    setTimeout(() => process.exit(0), 1000).unref()
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (parentWatch) watchParent(end)
  await poll(custodian, pollMs, ended)
  hold.release()
  return 0
}

try {
  process.exit(await main())
} catch (error) {
  const expected = [CannotStart, FolderHeld, UnsafePath, FormatError].some((kind) => error instanceof kind)
  const says = expected
    ? (error as Error).message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error)
  tell(JSON.stringify({ at: millisZ(now()), level: 'fatal', code: 'cannot-start', says }))
  process.exit(1)
}
