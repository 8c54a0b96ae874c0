// How is a stranger's body taken in? So many bytes, and never unpacked.
import express, { type RequestHandler } from 'express'
import { sendProblem } from './problem.ts'

/**
 * A handler that puts the raw bytes of a JSON body into `req.body`; it stays undefined when the body is of another type. One that
 * is too long is answered as soon as that is known. The rest of it is read off all the same, into nothing, until the server's
 * time-out for requests: a sender whose connection is cut in the middle would not hear the answer.
 */
export function rawBody(limit: number): RequestHandler {
  const raw = express.raw({ type: 'application/json', limit, inflate: false })
  return (req, res, next) => {
    const refuse = () => {
      if (!res.headersSent) sendProblem(res, [{ code: 'body-too-large', facts: { limit } }])
    }
    if (Number(req.headers['content-length']) > limit) return refuse()
    let length = 0
    req.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) refuse()
    })
    raw(req, res, (err?: unknown) => {
      if (!res.headersSent) next(err)
    })
  }
}
