// Is this answer made by a passkey of the account? WebAuthn Level 3, with the user verified each time.
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { asc, eq } from 'drizzle-orm'
import type { Request } from 'express'
import { passkey } from '../../../db/schema/sign-in.ts'
import { fromB64u, utf8 } from '../../proof/bytes.ts'
import type { Config } from '../config.ts'
import type { Work } from '../db.ts'
import { pagesAt } from '../mail/post-mail.ts'

/** Passkeys of one account. */
export const MOST_PASSKEYS = 20
const NAME = 'Madang 마당'
const TIMEOUT_MS = 300_000

export type Passkey = typeof passkey.$inferSelect
/** The site that passkeys are for: its origin, and the domain that browsers bind them to. */
export type Site = { origin: string; rpID: string }

export function siteOf(config: Pick<Config, 'publicUrl'>, req: Request): Site {
  const origin = pagesAt(config, req)
  return { origin, rpID: new URL(origin).hostname }
}

/** Are passkeys offered to the page that asks? Browsers give them only to the site's own address. */
export const isHere = ({ origin }: Site, req: Request): boolean => new URL(origin).host === req.headers.host

export async function passkeysOf({ tx }: Work, account: string): Promise<Passkey[]> {
  return tx.select().from(passkey).where(eq(passkey.account, account)).orderBy(asc(passkey.madeAt), asc(passkey.id))
}

type Options = Record<string, unknown>
const described = (keys: Passkey[]) =>
  keys.map(({ id, transports }) => ({ id, transports: transports as AuthenticatorTransport[] }))
type AuthenticatorTransport = 'ble' | 'cable' | 'hybrid' | 'internal' | 'nfc' | 'smart-card' | 'usb'

/** What a browser needs to ask for a passkey: one of these, or, without any, whichever its user has for this site. */
export async function askOptions(site: Site, ticket: string, keys: Passkey[] = []): Promise<Options> {
  const options = await generateAuthenticationOptions({
    rpID: site.rpID,
    challenge: new Uint8Array(fromB64u(ticket)),
    userVerification: 'required',
    timeout: TIMEOUT_MS,
    allowCredentials: described(keys),
  })
  return { ...options }
}

export async function makeOptions(
  site: Site,
  ticket: string,
  person: { id: string; email: string; name: string },
  keys: Passkey[],
): Promise<Options> {
  const options = await generateRegistrationOptions({
    rpID: site.rpID,
    rpName: NAME,
    userID: new Uint8Array(utf8(person.id)),
    userName: person.email,
    userDisplayName: person.name,
    challenge: new Uint8Array(fromB64u(ticket)),
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    excludeCredentials: described(keys),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
  return { ...options }
}

/** The passkey that an authenticator has made, as it is kept; null when the answer does not verify. */
export async function readNewPasskey(site: Site, ticket: string, answer: unknown) {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: answer as RegistrationResponseJSON,
      expectedChallenge: ticket,
      expectedOrigin: site.origin,
      expectedRPID: site.rpID,
      requireUserVerification: true,
    })
    if (!verified || !registrationInfo) return null
    const { credential, credentialBackedUp } = registrationInfo
    const { id, publicKey, counter, transports = [] } = credential
    return {
      id,
      publicKey: new Uint8Array(publicKey),
      counter,
      transports: [...transports],
      backedUp: credentialBackedUp,
    }
  } catch {
    // The library throws for every kind of wrong answer, and all of them are a stranger's doing.
    return null
  }
}

export async function findPasskey({ tx }: Work, id: string): Promise<Passkey | null> {
  const rows = await tx.select().from(passkey).where(eq(passkey.id, id)).for('update')
  return rows[0] ?? null
}

/**
 * Was the answer made by this passkey, for this ticket, on our site, with its user verified? Its counter goes on; one that did not
 * go on says that there are two of it, and is refused (WebAuthn 6.1.1).
 */
export async function takePasskey(
  { tx, now }: Work,
  site: Site,
  ticket: string,
  key: Passkey,
  answer: unknown,
): Promise<boolean> {
  const verified = await verifyAuthenticationResponse({
    response: answer as AuthenticationResponseJSON,
    expectedChallenge: ticket,
    expectedOrigin: site.origin,
    expectedRPID: site.rpID,
    requireUserVerification: true,
    credential: {
      id: key.id,
      publicKey: new Uint8Array(key.publicKey),
      counter: key.counter,
      transports: key.transports as AuthenticatorTransport[],
    },
  }).catch(() => null)
  if (!verified?.verified) return false
  const { newCounter, credentialBackedUp } = verified.authenticationInfo
  await tx
    .update(passkey)
    .set({ counter: newCounter, backedUp: credentialBackedUp, usedAt: now.date })
    .where(eq(passkey.id, key.id))
  return true
}
