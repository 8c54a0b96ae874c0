// How does a contract become a route? Caller, parsed body, one transaction; a refusal becomes problem+json.
import type { Application, Express, NextFunction, Request, RequestHandler, Response } from 'express'
import type { Logger } from 'pino'
import type { BodyOf, Endpoint, ParamsOf, QueryOf } from '../api/endpoint.ts'
import { asksForFactor, asksWho } from '../api/refusals.ts'
import { type Caller, lacksPower, lacksStepUp } from '../domain/powers.ts'
import type { Primitives } from '../proof/primitives.ts'
import type { Judging } from './bids/judging.ts'
import { rawBody } from './body.ts'
import type { Config } from './config.ts'
import { type Database, databaseErrorOf, type Work } from './db.ts'
import type { ServerKeys } from './keys.ts'
import type { TilesOf } from './log/tiles.ts'
import { type Claim, callerOf } from './people/caller.ts'
import type { CallerLimit } from './people/caller-limits.ts'
import type { Provider } from './people/providers.ts'
import { verifyAccessToken } from './people/tokens.ts'
import { insist, Problem, reasonsOf, refuse, sendProblem } from './problem.ts'
import { type Broken, MOST_BYTES, parsed, readBody } from './read-body.ts'
import type { RightOfWay } from './right-of-way.ts'
import { shareReads } from './shared-reads.ts'

export type Deps = {
  config: Config
  db: Database
  P: Primitives
  keys: ServerKeys
  log: Logger
  /** Other services that one can sign in with. */
  providers: readonly Provider[]
  limitCaller: CallerLimit
  judging: Judging
  /** Bids go before the telling of watchers. */
  way: RightOfWay
  tiles: TilesOf
  /** Who must have seen a checkpoint: lines of the log's policy below its `log` line. */
  witnesses: string
}

export type Context<E extends Endpoint> = Work & {
  deps: Deps
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  /** The body as it came, byte for byte. */
  raw: Uint8Array
  caller: Caller
  req: Request
  res: Response
}

/** A reply that is written as it stands: kept receipts, text, bytes. */
export class Verbatim {
  readonly body: string | Uint8Array
  readonly type: string
  readonly status: number | undefined
  readonly headers: Record<string, string>
  constructor(body: string | Uint8Array, type: string, status?: number, headers: Record<string, string> = {}) {
    this.body = body
    this.type = type
    this.status = status
    this.headers = headers
  }
}

/** A reply that is a file: sent in pieces, and in part where a part is asked for, so that its length costs no memory. */
export class FromDisk {
  readonly root: string
  /** Below `root`. */
  readonly name: string
  readonly type: string
  readonly headers: Record<string, string>
  constructor(root: string, name: string, type: string, headers: Record<string, string>) {
    this.root = root
    this.name = name
    this.type = type
    this.headers = headers
  }
}

function sendFile(res: Response, { root, name, type, headers }: FromDisk): Promise<void> {
  res.setHeader('Content-Type', type)
  for (const [header, value] of Object.entries(headers)) res.setHeader(header, value)
  return new Promise((resolve, reject) => {
    res.sendFile(name, { root, cacheControl: false, dotfiles: 'deny' }, (err?: NodeJS.ErrnoException) => {
      // Whoever went away in the middle has had what they wanted.
      if (!err || res.headersSent) return resolve()
      res.removeHeader('Content-Disposition')
      res.setHeader('Cache-Control', 'no-cache')
      reject(err.code === 'ENOENT' ? new Problem([{ code: 'not-found', facts: {} }]) : err)
    })
  })
}

/** A reply that was written and hashed once, for all who share it. */
class Shared {
  readonly bytes: Buffer
  readonly etag: string
  constructor(reply: unknown, app: Application) {
    this.bytes = Buffer.from(JSON.stringify(reply))
    this.etag = (app.get('etag fn') as (bytes: Buffer) => string)(this.bytes)
  }
}

/** A request of somebody who signed in, as it came: nothing of it has been judged but its address. */
export type Asked<E extends Endpoint> = {
  claim: Claim
  params: ParamsOf<E>
  /** The body as it came, byte for byte; nobody has read it. */
  raw: Uint8Array
  req: Request
  res: Response
}

type Mode<E extends Endpoint> = {
  /**
   * `write` (the default but for GET) runs in a transaction that may write; `read` in a read-only snapshot of the public
   * pool; `own` gets none, for handlers that must not hold a connection while they compute (password hashing): its caller is
   * found in a transaction before it.
   */
  mode?: 'read' | 'write' | 'own'
  /** Takes a body that breaks the contract instead of refusing it: the handler then signs the refusal. */
  lenient?: boolean
  /**
   * Does the work once more when the database decided a race of two: a rule that now sees the winner refuses in its own words.
   * The handler must have no effects outside its transaction.
   */
  again?: boolean
  /**
   * The reply depends on the address alone for all who come without a token: those who ask at the same time share a read. The
   * handler looks at neither request nor response.
   */
  shared?: boolean
  /**
   * Asked first, outside any transaction, once address and body are read: takes what comes at the same time together. Its answer is
   * the reply; null leaves the request to the handler, which then refuses in its own words or does it alone.
   */
  lane?: (asked: Asked<E>) => Promise<Verbatim | null>
  /** Runs once the body is read and before anything is done: limits. */
  before?: RequestHandler[]
}

/** SQLSTATE: two wanted to be the first. */
const UNIQUE_VIOLATION = '23505'

/** Counts a request against its caller's limits, however often it is tried here. Refuses as the limits do. */
export async function countOnce(deps: Pick<Deps, 'limitCaller'>, res: Response, caller: Caller): Promise<void> {
  if (res.locals.counted) return
  res.locals.counted = true
  await deps.limitCaller(res, caller)
}

function bodyOf(e: Endpoint, req: Request): { value: unknown } | Broken {
  if (!e.body) return { value: undefined }
  const raw = req.body as Buffer | undefined
  return raw instanceof Uint8Array ? readBody(e, raw) : { broken: [{ code: 'media-type', facts: {} }] }
}

function queryOf(e: Endpoint, req: Request): { value: unknown } | Broken {
  const texts = Object.values(req.query).flat()
  if (texts.some((text) => typeof text === 'string' && text.includes('\0')))
    return { broken: [{ code: 'bad-field', facts: { field: 'query', why: 'a text with U+0000' } }] }
  return parsed(e.query, req.query, 'query')
}

async function write(res: Response, e: Endpoint, reply: unknown): Promise<void> {
  if (reply instanceof Verbatim) {
    for (const [name, value] of Object.entries(reply.headers)) res.setHeader(name, value)
    res.status(reply.status ?? e.reply.status).setHeader('Content-Type', reply.type)
    res.end(typeof reply.body === 'string' ? reply.body : Buffer.from(reply.body))
    return
  }
  if (reply instanceof FromDisk) return sendFile(res, reply)
  if (reply instanceof Shared) res.status(e.reply.status).type('json').setHeader('ETag', reply.etag).send(reply.bytes)
  else if (e.reply.body === null) res.status(e.reply.status).end()
  else res.status(e.reply.status).json(reply)
}

/** Any error becomes a problem: expected ones with their reasons, bugs with an id under which the stack is in the log. */
export function failed(deps: Pick<Deps, 'log'>, req: Request, res: Response, err: unknown): void {
  const reasons = reasonsOf(err)
  if (!reasons) {
    deps.log.error({ err, requestId: res.locals.requestId, method: req.method, path: req.path }, 'request failed')
  }
  sendProblem(res, reasons ?? [{ code: 'internal', facts: {} }])
}

/**
 * Serves an endpoint. The handler runs inside one transaction with one reading of the database's clock, and its reply is
 * written only after COMMIT. Refuses, in this order: no session, too many requests, no power, no
 * second factor where the power's row asks for one, a broken address, a broken body.
 */
export function serve<const E extends Endpoint>(
  app: Express,
  deps: Deps,
  e: E,
  handler: (context: Context<E>) => Promise<unknown>,
  {
    mode = e.method === 'get' ? 'read' : 'write',
    lenient = false,
    again = false,
    shared = false,
    lane,
    before = [],
  }: Mode<E> = {},
): void {
  const together = shareReads<unknown>()
  // A stranger's token is judged before a byte of the body is read; so is its absence.
  const authenticate = async (req: Request, res: Response, next: NextFunction) => {
    try {
      res.locals.claim = await verifyAccessToken(deps, req.headers.authorization)
      if (!res.locals.claim && lacksPower(null, e.power)) refuse('sign-in-first')
      next()
    } catch (err) {
      if (req.headers.authorization !== undefined)
        deps.log.info({ requestId: res.locals.requestId, address: req.ip, path: req.path }, 'access token refused')
      failed(deps, req, res, err)
    }
  }
  const parts = e.body ? [rawBody(e.bodyLimit ?? MOST_BYTES)] : []
  app[e.method](e.path, authenticate, ...parts, ...before, async (req: Request, res: Response) => {
    try {
      const claim = res.locals.claim as Claim | null
      const params = parsed(e.params, req.params, 'address')
      const query = queryOf(e, req)
      if (lane && claim && !('broken' in params || 'broken' in query) && req.body instanceof Uint8Array) {
        const taken = await lane({ claim, params: params.value as ParamsOf<E>, raw: req.body, req, res })
        if (taken) return await write(res, e, taken)
      }
      const body = bodyOf(e, req)
      const admitted = async (work: Work): Promise<Caller> => {
        const caller = await callerOf(work, claim)
        await countOnce(deps, res, caller)
        const lack = lacksPower(caller, e.power)
        if (lack) refuse(lack === 'sign-in' ? 'sign-in-first' : 'forbidden')
        if (asksForFactor(e) && lacksStepUp(caller, e.power, work.now.date)) refuse('step-up-needed')
        return caller
      }
      const run = async (work: Work, found?: Caller) => {
        const caller = found === undefined ? await admitted(work) : found
        if ('broken' in params) refuse('not-found')
        if ('broken' in query) insist(query.broken)
        // What was not read cannot be signed for.
        if ('broken' in body && !(lenient && req.body instanceof Uint8Array)) insist(body.broken)
        return handler({
          ...work,
          deps,
          params: (params as { value: ParamsOf<E> }).value,
          query: (query as { value: QueryOf<E> }).value,
          body: ('broken' in body ? body : body.value) as BodyOf<E>,
          raw: (req.body as Uint8Array | undefined) ?? new Uint8Array(),
          caller,
          req,
          res,
        })
      }
      const attempt = async () =>
        mode === 'own'
          ? run({} as Work, asksWho(e) ? await deps.db.withTx(admitted) : null)
          : mode === 'read'
            ? deps.db.publicRead((work) => run(work))
            : deps.db.withTx((work) => run(work), { retry: again })
      const common = async () => {
        const reply = await attempt()
        return reply instanceof Verbatim || reply instanceof FromDisk ? reply : new Shared(reply, app)
      }
      const answer = shared && claim === null ? () => together(req.originalUrl, common) : attempt
      const reply = await answer().catch((err: unknown) => {
        if (again && databaseErrorOf(err)?.code === UNIQUE_VIOLATION) return attempt()
        throw err
      })
      await write(res, e, reply)
    } catch (err) {
      failed(deps, req, res, err)
    }
  })
}
