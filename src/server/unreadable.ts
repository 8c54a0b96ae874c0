// What does somebody hear whose request cannot be read at all? The parser refuses before the application has anything: in the same form.
import { randomBytes } from 'node:crypto'
import { type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Code } from '../api/problems.ts'
import { problemBody } from './problem.ts'

/** Codes of Node's parser and of its timers. */
const KNOWN: Record<string, Code> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
}

/** Headers that say the same as those of every other reply; nothing here is for a cache. */
const HEADERS = {
  'Content-Type': 'application/problem+json',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  Connection: 'close',
}

type Answering = Duplex & { _httpMessage?: { headersSent?: boolean } | null }

/** Answers what cannot be read with a problem, once, and ends the connection. */
export function answerUnreadable(http: Server): void {
  http.on('clientError', (err: Error & { code?: string }, socket: Answering) => {
    // Gone already, or in the middle of another reply: there is nobody to answer.
    if (!socket.writable || err.code === 'ECONNRESET' || socket._httpMessage?.headersSent) {
      socket.destroy()
      return
    }
    const id = randomBytes(9).toString('base64url')
    const body = problemBody([{ code: KNOWN[err.code ?? ''] ?? 'bad-request', facts: {} }], id)
    const text = JSON.stringify(body)
    const headers = { ...HEADERS, 'X-Request-Id': id, 'Content-Length': String(Buffer.byteLength(text)) }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${body.status} ${STATUS_CODES[body.status]}\r\n${lines.join('')}\r\n${text}`)
  })
}
