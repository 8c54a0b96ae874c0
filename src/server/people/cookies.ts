// Which cookies do we give and read? One that goes on with a session, one that tells a browser that was here before. No page can read either.
import { createHash, randomBytes } from 'node:crypto'
import type { Request, Response } from 'express'
import { refuse } from '../problem.ts'

const REFRESH = 'madang_refresh'
const DEVICE = 'madang_device'
const FLOW = 'madang_flow'
/** Browsers keep no cookie for longer. */
const DEVICE_SECONDS = 400 * 86_400
const FORM = /^[A-Za-z0-9_-]{43}$/

function read(req: Request, name: string): string | null {
  const found = (req.headers.cookie ?? '').split(/;\s*/).find((part) => part.startsWith(`${name}=`))
  const value = found?.slice(name.length + 1)
  return value && FORM.test(value) ? value : null
}

function write(req: Request, res: Response, name: string, value: string, path: string, seconds: number): void {
  const secure = req.secure ? '; Secure' : ''
  res.append('Set-Cookie', `${name}=${value}; Path=${path}; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`)
}

export const refreshCookie = {
  of: (req: Request) => read(req, REFRESH),
  set: (req: Request, res: Response, token: string, seconds: number) =>
    write(req, res, REFRESH, token, '/api/v1/sessions', seconds),
  clear: (req: Request, res: Response) => write(req, res, REFRESH, '', '/api/v1/sessions', 0),
}

/** Ties a flow to another provider to the browser in which it began. */
export const flowCookie = {
  of: (req: Request) => read(req, FLOW),
  set: (req: Request, res: Response, value: string, seconds: number) =>
    write(req, res, FLOW, value, '/api/v1', seconds),
  clear: (req: Request, res: Response) => write(req, res, FLOW, '', '/api/v1', 0),
}

const digest = (value: string): Uint8Array => new Uint8Array(createHash('sha256').update(value).digest())

/** The fingerprint of the browser's device cookie, as it is kept; null for a browser that was never here. */
export function deviceOf(req: Request): Uint8Array | null {
  const value = read(req, DEVICE)
  return value === null ? null : digest(value)
}

/** Gives the browser a device cookie, or the one it has for longer; answers its fingerprint. */
export function giveDevice(req: Request, res: Response): Uint8Array {
  const value = read(req, DEVICE) ?? randomBytes(32).toString('base64url')
  write(req, res, DEVICE, value, '/api/v1/sessions', DEVICE_SECONDS)
  return digest(value)
}

/** A page of another origin must not act with this browser's cookie. */
export function refuseForeignOrigin(req: Request): void {
  const site = req.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') refuse('foreign-origin')
  const { origin, host } = req.headers
  // A sandboxed page says `Origin: null`, which is nobody's address.
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) refuse('foreign-origin')
}
