// How does a keeper read a request and answer it? Small bodies only, plain text, and one line on standard error when it cannot start.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { FolderHeld, UnsafePath } from '../node/atomic-file.ts'
import { watchParent } from '../node/parent-watch.ts'
import { FormatError } from '../proof/bytes.ts'

/** A consistency proof has at most 63 hashes of 45 characters; everything above this is not a request. */
export const MAX_BODY = 64 * 1024

/** What a person must put right before the keeper can start; printed as one line, without a stack. */
export class CannotStart extends Error {}

/** The folder cannot be used as it is; a person has to look. The message says why. */
export class UnusableFolder extends Error {}

/** The whole body, or null as soon as it is longer than allowed. */
export async function bodyOf(request: IncomingMessage): Promise<Uint8Array | null> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return null
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MAX_BODY) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Answers in plain text unless told. */
export function answer(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
}

/** Answers that the body was too long, and ends the connection on which the rest of it is still coming. */
export function tooLong(response: ServerResponse): void {
  response.setHeader('connection', 'close')
  answer(response, 413, `a request has at most ${MAX_BODY} bytes\n`)
}

/**
 * Ends the process with code 0 on SIGTERM, SIGINT and, where it is watched, the end of its parent: requests under way get their
 * answer, those that take over a second are cut, and the folder is free for the next.
 */
export function endWhenTold(server: Server, hold: { release(): void }, parentWatch: boolean): void {
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    server.close(() => {
      hold.release()
      process.exit(0)
    })
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 1000).unref()
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (parentWatch) watchParent(end)
  // Whoever read the first line may be gone by now.
  process.stdout.on('error', () => {})
}

/** Says in one line why the keeper could not start, with a stack only for what is a bug, and ends the process with code 1. */
export function endUnstarted(error: unknown): never {
  const expected = [CannotStart, FolderHeld, UnsafePath, UnusableFolder, FormatError].some(
    (kind) => error instanceof kind,
  )
  const says = expected
    ? (error as Error).message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error)
  process.stderr.write(`${JSON.stringify({ level: 'fatal', code: 'cannot-start', says })}\n`)
  process.exit(1)
}
