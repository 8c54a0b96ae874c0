// Is this access token ours, whole and fresh? Tokens are EdDSA JWTs of a few minutes.
import { importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { id } from '../../api/endpoint.ts'
import { b64u } from '../../proof/bytes.ts'
import type { ServerKeys } from '../keys.ts'
import { refuse } from '../problem.ts'
import type { Claim } from './caller.ts'

/** Seconds an access token lives. */
export const ACCESS_SECONDS = 600
const AUDIENCE = 'madang-api'
const TYP = 'at+jwt'
const LONGEST = 2048

type Of = { keys: ServerKeys; config: { origin: string } }

const keyOf = (keys: ServerKeys, secret: boolean) =>
  importJWK(
    {
      kty: 'OKP',
      crv: 'Ed25519',
      x: b64u(keys.tokens.publicKey),
      ...(secret ? { d: b64u(keys.tokens.seed) } : {}),
    },
    'EdDSA',
  )

const cache = new WeakMap<ServerKeys, ReturnType<typeof keyOf>>()
function publicKeyOf(keys: ServerKeys): ReturnType<typeof keyOf> {
  const known = cache.get(keys) ?? keyOf(keys, false)
  cache.set(keys, known)
  return known
}

/** A token that names the account and its session family. Answers the token and its end in milliseconds. */
export async function makeAccessToken(
  { keys, config }: Of,
  claim: Claim,
  now: Date,
): Promise<{ token: string; expires: number }> {
  const issued = Math.floor(now.getTime() / 1000)
  const token = await new SignJWT({ sid: claim.family })
    .setProtectedHeader({ alg: 'EdDSA', typ: TYP, kid: keys.tokens.kid })
    .setSubject(claim.account)
    .setIssuer(config.origin)
    .setAudience(AUDIENCE)
    .setIssuedAt(issued)
    .setExpirationTime(issued + ACCESS_SECONDS)
    .sign(await keyOf(keys, true))
  return { token, expires: (issued + ACCESS_SECONDS) * 1000 }
}

type Verified = { claim: Claim; origin: string; from: number; until: number }

/** Headers whose token verified, by the keys that they verified with, the oldest first. */
const verified = new WeakMap<ServerKeys, Map<string, Verified>>()
const REMEMBERED = 5000

function rememberedBy(keys: ServerKeys): Map<string, Verified> {
  const known = verified.get(keys) ?? new Map<string, Verified>()
  verified.set(keys, known)
  return known
}

/**
 * The claim of an Authorization header, null when there is none. A signature that held is not checked again while the token lives:
 * whether its session does, the database is asked each time.
 */
export async function verifyAccessToken(of: Of, header: string | undefined): Promise<Claim | null> {
  if (header === undefined) return null
  const known = rememberedBy(of.keys)
  const earlier = known.get(header)
  const now = Date.now()
  const holds = earlier && earlier.origin === of.config.origin && earlier.from <= now && now < earlier.until
  if (holds) return earlier.claim
  known.delete(header)
  const fresh = await readAccessToken(of, header)
  const oldest = known.size >= REMEMBERED ? known.keys().next().value : undefined
  if (oldest !== undefined) known.delete(oldest)
  known.set(header, fresh)
  return fresh.claim
}

/**
 * What a token in such a header says, and from when until when. Everything that jose would default is said: algorithm,
 * issuer, audience, type, required claims and age; header members that could bring a key or an extension along are refused.
 */
async function readAccessToken({ keys, config }: Of, header: string): Promise<Verified> {
  const match = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/.exec(header.length <= LONGEST ? header : '')
  if (!match) refuse('bad-token')
  let payload: JWTPayload
  try {
    const known = await publicKeyOf(keys)
    const { payload: read } = await jwtVerify(
      match[1] as string,
      (protectedHeader) => {
        const members = Object.keys(protectedHeader).sort().join(' ')
        if (members !== 'alg kid typ' || protectedHeader.kid !== keys.tokens.kid) throw new Error('header')
        return known
      },
      {
        algorithms: ['EdDSA'],
        issuer: config.origin,
        audience: AUDIENCE,
        typ: TYP,
        requiredClaims: ['sub', 'iat', 'exp', 'sid'],
        maxTokenAge: ACCESS_SECONDS,
        clockTolerance: 5,
      },
    )
    payload = read
  } catch {
    refuse('bad-token')
  }
  const { sub, sid, aud, iat, exp } = payload
  // What we hand out: an account's id, a session's, one audience, and no more than the minutes that a token lives.
  if (!id.safeParse(sub).success || typeof sid !== 'string' || !/^[A-Za-z0-9_-]{22}$/.test(sid)) refuse('bad-token')
  if (typeof aud !== 'string' || !Number.isSafeInteger(exp) || Number(exp) - Number(iat) > ACCESS_SECONDS)
    refuse('bad-token')
  return {
    claim: { account: sub as string, family: sid },
    origin: config.origin,
    from: Number(iat) * 1000,
    until: Number(exp) * 1000,
  }
}
