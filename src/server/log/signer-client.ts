// How is the signer asked? It is a process of its own behind a Unix socket, and may refuse.
import { request } from 'node:http'

export class SignerUnreachable extends Error {}

export type SignerReply = { status: number; body: string }

function call(socketPath: string, method: string, path: string, body: string): Promise<SignerReply> {
  return new Promise((resolve, reject) => {
    const req = request(
      { socketPath, method, path, headers: { 'content-type': 'text/plain; charset=utf-8' } },
      (res) => {
        let text = ''
        res.setEncoding('utf8')
        res.on('data', (chunk: string) => {
          text += chunk
          if (text.length > 65_536) req.destroy(new Error('the signer answers too much'))
        })
        res.on('end', () => resolve({ status: res.statusCode ?? 0, body: text }))
        res.on('error', (err) => reject(new SignerUnreachable(err.message)))
      },
    )
    req.setTimeout(5000, () => req.destroy(new Error('the signer does not answer')))
    req.on('error', (err) => reject(new SignerUnreachable(err.message)))
    req.end(body)
  })
}

/** The signer's verification key (C2SP vkey). */
export async function askVkey(socketPath: string): Promise<string> {
  const reply = await call(socketPath, 'GET', '/vkey', '')
  if (reply.status !== 200) throw new SignerUnreachable(`vkey: ${reply.status}`)
  return reply.body.trim()
}

/** The newest log that the signer signed for, with the size and root (base64) that it signed last. */
export async function askState(socketPath: string): Promise<{ origin: string; size: number; root: string }> {
  const reply = await call(socketPath, 'GET', '/state', '')
  if (reply.status !== 200) throw new SignerUnreachable(`state: ${reply.status}`)
  return JSON.parse(reply.body) as { origin: string; size: number; root: string }
}

/** Sends a body in the form of add-checkpoint; the reply is a signed note (200), the signer's size (409) or a refusal. */
export const askSignature = (socketPath: string, body: string): Promise<SignerReply> =>
  call(socketPath, 'POST', '/sign', body)
