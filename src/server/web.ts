// How do the pages reach a browser? One shell with a fresh nonce and a snapshot of the record, and files that never change.
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Express, Request, Response } from 'express'
import { tenderNo } from '../api/endpoint.ts'
import type { PublicEvent } from '../api/live.ts'
import { MISSING, type PageRow, pageAt } from '../api/pages.ts'
import { millisZ } from '../domain/kit/time.ts'
import { escapeHtml, firstPicture } from './first-picture.ts'
import { eventsAfter, lastIndexOf } from './log/read-log.ts'
import type { Deps } from './serve.ts'
import { shareReads } from './shared-reads.ts'
import { viewOf } from './tenders/present.ts'
import { findTender } from './tenders/tender-store.ts'
import type { Web, WebFile } from './web-files.ts'

type Language = 'ko' | 'en'

/** A tender's first entries that come with its page; the browser asks for the rest. */
const FIRST_EVENTS = 200
/** Addresses of programs: they answer with problems, not with pages. */
const NOT_PAGES = /^\/(api|live|problems|assets)(\/|$)|^\/log\/|^\/(openapi\.json|healthz)$/

const zip = promisify(gzip)

/**
 * The policy of the pages. Styles carry a nonce because the component library adds two `<style>` elements; nothing else is
 * allowed inline, and nothing at all from elsewhere. CSP Level 3: 'self' in connect-src covers WebSockets of the same origin.
 */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

const WORKER_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"

/**
 * The language of a page: the visitor's own choice, else what the browser asks for, else Korean.
 * "en-US,en;q=0.9" gives en; "fr" gives ko; "en;q=0.5,ko" gives ko.
 */
export function languageOf(cookie: string | undefined, accepted: string | undefined): Language {
  const chosen = /(?:^|;\s*)lang=(ko|en)(?:;|$)/.exec(cookie ?? '')?.[1]
  if (chosen === 'ko' || chosen === 'en') return chosen
  const weights = (accepted ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const q = parameters
        .map((p) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(p)?.[1])
        .find((found) => found !== undefined)
      return { language: tag.split('-')[0], q: q === undefined ? 1 : Number(q) }
    })
    .filter(({ q }) => q > 0)
  const weightOf = (language: Language) =>
    Math.max(0, ...weights.filter((w) => w.language === language).map((w) => w.q))
  return weightOf('en') > weightOf('ko') ? 'en' : 'ko'
}

/** JSON that cannot end the element in which it stands. */
const inlineJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

const NOTHING = { serverTime: null, tender: null, events: null }

/** As an entry is sent; without its payload when that is too long. */
type FirstEvent = Omit<PublicEvent, 'payload'> & { payload: string | null }

type Snapshot = {
  serverTime: string | null
  tender: Awaited<ReturnType<typeof viewOf>> | null
  events: { events: FirstEvent[] } | null
  found: boolean
}

/** What anybody may see of the tender at this address, as of one moment. A database that is busy costs the page nothing. */
async function recordAt(deps: Deps, no: string | null): Promise<Snapshot> {
  if (no === null || !tenderNo.safeParse(no).success) return { ...NOTHING, found: no === null }
  try {
    return await deps.db.publicRead(async (work) => {
      const row = await findTender(work, no)
      const tender = row && (await viewOf(work, null, row))
      if (!tender) return { ...NOTHING, found: false }
      const { events } = await eventsAfter(work.tx, -1, FIRST_EVENTS, { of: no })
      const last = await lastIndexOf(work.tx, no)
      return {
        serverTime: millisZ(work.now.date.getTime()),
        tender,
        events: { events: events.map(({ ref: _, ...event }) => event), ...last },
        found: true,
      }
    })
  } catch (err) {
    deps.log.warn({ err }, 'a page was sent without its snapshot')
    return { ...NOTHING, found: true }
  }
}

/**
 * What the page will need, so that the browser asks for it before the first script has run: code, words and styles. The letters
 * are not among them: three slices of the font weigh as much as half of the code, and a page can be read without them.
 */
function needed(web: Web, page: PageRow, language: Language): string {
  const sources = [
    `pages/${page.code}.tsx`,
    ...['parts', ...page.words].map((noun) => `locales/${language}/${noun}.json`),
  ]
  const files = [...new Set(sources.flatMap((source) => web.needs(source)))].filter(
    (address) => !web.shell.includes(address),
  )
  const tag = (address: string) =>
    address.endsWith('.css')
      ? `<link rel="stylesheet" crossorigin href="${address}">`
      : `<link rel="modulepreload" crossorigin href="${address}">`
  return files.map(tag).join('')
}

/** What is to be seen before the program has come: of a room. */
function pictureOf(page: PageRow | null, { tender, events }: Omit<Snapshot, 'found'>, language: Language): string {
  if (page?.code !== 'room/room-page' || !tender || !events) return ''
  const whole = events.events.filter((event): event is PublicEvent => event.payload !== null)
  // A room without one of its entries would be another room.
  return whole.length === events.events.length ? firstPicture(tender, whole, language) : ''
}

type ReadRecord = (no: string | null) => Promise<Snapshot>

async function sendPage(deps: Deps, web: Web, readRecord: ReadRecord, req: Request, res: Response): Promise<void> {
  const page = pageAt(req.path)
  const no = /^\/tenders\/([^/]+)/.exec(req.path)?.[1] ?? null
  const language = languageOf(req.headers.cookie, req.headers['accept-language'])
  const { found, ...record } = page ? await readRecord(no) : { ...NOTHING, found: false }
  const nonce = randomBytes(18).toString('base64')
  const name = language === 'en' ? 'Madang' : '마당'
  const title = record.tender ? `${record.tender.title[language]} · ${name}` : name
  const snapshot = inlineJson({ demo: deps.config.demo, ...record })
  // At the end, since it is most of the page: the browser asks for the scripts above it while it is still on its way.
  const end = `<script type="application/json" id="snapshot">${snapshot}</script></body>`
  // Functions as replacements: in a text "$&" would stand for the match.
  const picture = pictureOf(page, record, language)
  const html = web.shell
    .replace('<html lang="ko">', () => `<html lang="${language}">`)
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(title)}</title>`)
    .replaceAll('__CSP_NONCE__', () => nonce)
    .replace('</head>', () => `${needed(web, page ?? MISSING, language)}</head>`)
    .replace('<div id="root"></div>', () => `<div id="root">${picture}</div>`)
    .replace('</body>', () => end)
  res.status(found ? 200 : 404)
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  res.setHeader('Content-Language', language)
  res.setHeader('Content-Security-Policy', policy(nonce))
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('Vary', 'Accept-Encoding, Accept-Language, Cookie')
  if (req.acceptsEncodings('gzip') !== 'gzip') {
    res.end(req.method === 'HEAD' ? undefined : html)
    return
  }
  res.setHeader('Content-Encoding', 'gzip')
  res.end(req.method === 'HEAD' ? undefined : await zip(html))
}

function sendFile(file: WebFile, req: Request, res: Response): void {
  const encoding = req.acceptsEncodings(['br', 'gzip', 'identity'])
  const packed = encoding === 'br' ? file.br : encoding === 'gzip' ? file.gz : null
  res.setHeader('Content-Type', file.type)
  res.setHeader('Cache-Control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  res.setHeader('ETag', file.etag)
  res.setHeader('Vary', 'Accept-Encoding')
  // A worker obeys the policy of its own file, not that of the page that starts it: it may read the log and its own modules.
  if (/javascript/.test(file.type)) res.setHeader('Content-Security-Policy', WORKER_POLICY)
  if (req.headers['if-none-match'] === file.etag) {
    res.status(304).end()
    return
  }
  if (packed) res.setHeader('Content-Encoding', encoding as string)
  res.setHeader('Content-Length', (packed ?? file.body).length)
  res.end(req.method === 'HEAD' ? undefined : (packed ?? file.body))
}

/** Serves the built files. Without a build there are none, and the API works alone. */
export function serveWebFiles(app: Express, web: Web | null): void {
  app.use((req, res, next) => {
    const file = req.method === 'GET' || req.method === 'HEAD' ? web?.files.get(req.path) : undefined
    if (file) sendFile(file, req, res)
    else next()
  })
}

/** Serves the pages, after every route of the API. A program that asks for JSON at a wrong address gets a problem instead. */
export function servePages(app: Express, deps: Deps, web: Web | null): void {
  // When an opening begins thousands come to the same page.
  const together = shareReads<Snapshot>()
  const readRecord: ReadRecord = (no) => (no === null ? recordAt(deps, no) : together(no, () => recordAt(deps, no)))
  app.use((req, res, next) => {
    const reads = req.method === 'GET' || req.method === 'HEAD'
    const wants = pageAt(req.path) ? req.accepts('html') : /\btext\/html\b/.test(req.headers.accept ?? '')
    if (!web || !reads || NOT_PAGES.test(req.path) || !wants) next()
    else sendPage(deps, web, readRecord, req, res).catch(next)
  })
}
