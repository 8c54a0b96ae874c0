// What was ever tried on a JSON Web Token? Each of these must be refused, whatever it looks like.
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { b64u } from '../../src/proof/bytes.ts'
import type { ServerKeys } from '../../src/server/keys.ts'
import { ACCESS_SECONDS } from '../../src/server/people/tokens.ts'

type Members = Record<string, unknown>
const part = (value: Members | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** PKCS#8 of an Ed25519 seed (RFC 8410). */
const ed25519Key = (seed: Uint8Array): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  })
/** The order of the group, with which an Ed25519 signature's S has a second spelling that must not count. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n
function plusOrder(signature: Buffer): Buffer {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + L
  const bytes = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()
  return Buffer.concat([signature.subarray(0, 32), bytes])
}

/** What stands in the Authorization header for an attack. */
export const headerOf = (attack: string): string =>
  attack.startsWith('header: ') ? attack.slice(8) : `Bearer ${attack}`

/** Every attack on tokens of this key, made of one that works; and a way to make one like it that works. */
export function tokenAttacks(
  valid: string,
  tokens: ServerKeys['tokens'],
): { attacks: Record<string, string>; like: (change: Members) => string } {
  const ours = ed25519Key(tokens.seed)
  const [h = '', c = '', s = ''] = valid.split('.')
  const CLAIMS = JSON.parse(Buffer.from(c, 'base64url').toString()) as Members
  const whose = String(CLAIMS.sub)
  const HEADER = { alg: 'EdDSA', typ: 'at+jwt', kid: tokens.kid }
  const now = Math.floor(Date.now() / 1000)

  const signed = (header: Members | string, claims: Members | string, by: (data: Buffer) => Buffer): string => {
    const data = `${part(header)}.${part(claims)}`
    return `${data}.${by(Buffer.from(data)).toString('base64url')}`
  }
  const byUs = (data: Buffer): Buffer => sign(null, data, ours)
  const withClaims = (change: Members): string => signed(HEADER, { ...CLAIMS, ...change }, byUs)
  const withHeader = (change: Members): string => signed({ ...HEADER, ...change }, CLAIMS, byUs)
  const without = (from: Members, name: string): Members =>
    Object.fromEntries(Object.entries(from).filter(([n]) => n !== name))
  const hs256 = (secret: Buffer | string) => (data: Buffer) => createHmac('sha256', secret).update(data).digest()
  const stranger = ed25519Key(randomBytes(32))
  const publicKey = createPublicKey(ours)
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const ed448 = generateKeyPairSync('ed448')
  const strangerJwk = createPublicKey(stranger).export({ format: 'jwk' })

  /** Each is the whole value of an Authorization header, or a token to stand after `Bearer `. */
  const attacks: Record<string, string> = {
    'alg none, no signature': `${part({ ...HEADER, alg: 'none' })}.${c}.`,
    'alg none, our signature': `${part({ ...HEADER, alg: 'none' })}.${c}.${s}`,
    'alg None': `${part({ ...HEADER, alg: 'None' })}.${c}.`,
    'alg nOnE': `${part({ ...HEADER, alg: 'nOnE' })}.${c}.`,
    'alg empty': `${part({ ...HEADER, alg: '' })}.${c}.${s}`,
    'alg missing': signed(without(HEADER, 'alg'), CLAIMS, byUs),
    'alg an array': signed({ ...HEADER, alg: ['EdDSA'] }, CLAIMS, byUs),
    'alg Ed25519, which we do not say': signed({ ...HEADER, alg: 'Ed25519' }, CLAIMS, byUs),
    'HS256 with the public key’s bytes': signed(
      { ...HEADER, alg: 'HS256' },
      CLAIMS,
      hs256(Buffer.from(tokens.publicKey)),
    ),
    'HS256 with the public key as text': signed({ ...HEADER, alg: 'HS256' }, CLAIMS, hs256(b64u(tokens.publicKey))),
    'HS256 with the public key as SPKI': signed(
      { ...HEADER, alg: 'HS256' },
      CLAIMS,
      hs256(publicKey.export({ format: 'der', type: 'spki' })),
    ),
    'HS256 with the public key as PEM': signed(
      { ...HEADER, alg: 'HS256' },
      CLAIMS,
      hs256(publicKey.export({ format: 'pem', type: 'spki' })),
    ),
    'HS256 with an empty secret': signed({ ...HEADER, alg: 'HS256' }, CLAIMS, hs256('')),
    'ES256 with r = s = 0': signed({ ...HEADER, alg: 'ES256' }, CLAIMS, () => Buffer.alloc(64)),
    'EdDSA with a signature of zeros': signed(HEADER, CLAIMS, () => Buffer.alloc(64)),
    'ES256 by a stranger': signed({ ...HEADER, alg: 'ES256' }, CLAIMS, (d) =>
      sign('sha256', d, { key: p256.privateKey, dsaEncoding: 'ieee-p1363' }),
    ),
    'another curve: ES384': signed({ ...HEADER, alg: 'ES384' }, CLAIMS, (d) =>
      sign('sha384', d, { key: p384.privateKey, dsaEncoding: 'ieee-p1363' }),
    ),
    'another curve: Ed448': signed(HEADER, CLAIMS, (d) => sign(null, d, ed448.privateKey)),
    'EdDSA by a stranger under our kid': signed(HEADER, CLAIMS, (d) => sign(null, d, stranger)),
    'a key that was rotated away': signed({ ...HEADER, kid: 'x'.repeat(16) }, CLAIMS, (d) => sign(null, d, stranger)),
    'the second spelling of our signature': signed(HEADER, CLAIMS, (d) => plusOrder(byUs(d))),
    'our signature cut by a byte': signed(HEADER, CLAIMS, (d) => byUs(d).subarray(0, 63)),
    'our signature with a byte more': signed(HEADER, CLAIMS, (d) => Buffer.concat([byUs(d), Buffer.alloc(1)])),
    'our signature over other claims': `${h}.${part({ ...CLAIMS, sub: 'operator-1' })}.${s}`,
    'kid a path': withHeader({ kid: '../../../../../../dev/null' }),
    'kid SQL': withHeader({ kid: "' UNION SELECT 'AAAA' --" }),
    'kid a URL': withHeader({ kid: 'http://evil.example/key.json' }),
    'kid very long': withHeader({ kid: 'k'.repeat(1400) }),
    'kid a number': withHeader({ kid: 7 }),
    'kid null': withHeader({ kid: null }),
    'kid missing': signed(without(HEADER, 'kid'), CLAIMS, byUs),
    'jku beside our kid': withHeader({ jku: 'http://evil.example/jwks.json' }),
    'x5u beside our kid': withHeader({ x5u: 'http://evil.example/cert.pem' }),
    'x5c beside our kid': withHeader({ x5c: ['MIIB'] }),
    'a jwk of one’s own': signed({ ...HEADER, jwk: strangerJwk }, CLAIMS, (d) => sign(null, d, stranger)),
    'a jwk of one’s own and no kid': signed({ alg: 'EdDSA', typ: 'at+jwt', jwk: strangerJwk }, CLAIMS, (d) =>
      sign(null, d, stranger),
    ),
    'crit with a known name': withHeader({ crit: ['exp'], exp: 1 }),
    'crit with b64': withHeader({ crit: ['b64'], b64: false }),
    'crit empty': withHeader({ crit: [] }),
    'b64 false without crit': withHeader({ b64: false }),
    zip: withHeader({ zip: 'DEF' }),
    'cty JWT': withHeader({ cty: 'JWT' }),
    'exp missing': signed(HEADER, without(CLAIMS, 'exp'), byUs),
    'exp past': withClaims({ iat: now - 700, exp: now - 100 }),
    'exp a string': withClaims({ exp: String(CLAIMS.exp) }),
    'exp null': withClaims({ exp: null }),
    'exp in a hundred years': withClaims({ exp: now + 3_155_760_000 }),
    'exp beyond a double': signed(
      HEADER,
      JSON.stringify({ ...CLAIMS, exp: 0 }).replace('"exp":0', '"exp":1e400'),
      byUs,
    ),
    'exp a little more than a token lives': withClaims({ iat: now, exp: now + ACCESS_SECONDS + 1 }),
    'iat missing': signed(HEADER, without(CLAIMS, 'iat'), byUs),
    'iat a string': withClaims({ iat: String(now) }),
    'iat in an hour': withClaims({ iat: now + 3600, exp: now + 3700 }),
    'iat an hour ago, exp still to come': withClaims({ iat: now - 3600, exp: now + 300 }),
    'nbf in an hour': withClaims({ nbf: now + 3600 }),
    'nbf a string': withClaims({ nbf: '0' }),
    'iss of another log': withClaims({ iss: 'evil.example/log' }),
    'iss missing': signed(HEADER, without(CLAIMS, 'iss'), byUs),
    'aud of another service': withClaims({ aud: 'another-api' }),
    'aud ours among others': withClaims({ aud: ['madang-api', 'another-api'] }),
    'aud missing': signed(HEADER, without(CLAIMS, 'aud'), byUs),
    'typ JWT': withHeader({ typ: 'JWT' }),
    'typ missing': signed(without(HEADER, 'typ'), CLAIMS, byUs),
    'an ID token': signed({ ...HEADER, typ: 'JWT' }, { ...CLAIMS, aud: 'madang-web', nonce: 'x' }, byUs),
    'a receipt’s typ': withHeader({ typ: 'received+jws' }),
    'a refresh token': randomBytes(32).toString('base64url'),
    'sub missing': signed(HEADER, without(CLAIMS, 'sub'), byUs),
    'sub a number': withClaims({ sub: 1 }),
    'sub of nobody': withClaims({ sub: 'nobody-1' }),
    'sub with a zero byte': withClaims({ sub: `${whose}\u0000` }),
    'sub in full-width letters': withClaims({
      sub: `${String.fromCodePoint(whose.charCodeAt(0) + 0xfee0)}${whose.slice(1)}`,
    }),
    'sub in capitals': withClaims({ sub: whose.toUpperCase() }),
    'sub with a lone surrogate': signed(HEADER, JSON.stringify(CLAIMS).replace(whose, `\\ud800${whose}`), byUs),
    'sub said twice': signed(
      HEADER,
      `{"sub":"operator-1",${JSON.stringify({ ...CLAIMS, sub: 'nobody' }).slice(1)}`,
      byUs,
    ),
    'sid missing': signed(HEADER, without(CLAIMS, 'sid'), byUs),
    'sid of nobody’s session': withClaims({ sid: randomBytes(16).toString('base64url') }),
    'sid with a zero byte': withClaims({ sid: `${String(CLAIMS.sid).slice(0, 21)}\u0000` }),
    'the session of somebody else': withClaims({ sub: 'operator-1' }),
    'claims an array': signed(HEADER, '[]', byUs),
    'claims a word': signed(HEADER, 'true', byUs),
    'claims not JSON': signed(HEADER, '{', byUs),
    'claims not UTF-8': `${h}.${Buffer.from([0xc3, 0x28]).toString('base64url')}.${s}`,
    'header not JSON': signed('{', CLAIMS, byUs),
    'two parts': `${h}.${c}`,
    'two dots and nothing': '..',
    'one dot': '.',
    'an empty claims part': `${h}..${s}`,
    'four parts': `${valid}.${s}`,
    'five parts, a JWE': `${part({ alg: 'dir', enc: 'A256GCM' })}..${c}.${c}.${s}`,
    'a dot at the end': `${valid}.`,
    padding: `${valid}==`,
    'standard base64': `${h}.${c}.${'+/'.repeat(43)}`,
    'a space inside': `${h}. ${c}.${s}`,
    'nothing at all': '',
    'a token of 12,000 characters': withClaims({ pad: 'x'.repeat(9000) }),
    Basic: 'header: Basic b2ZmaWNlci0xOng=',
    'no scheme': `header: ${valid}`,
    'two spaces': `header: Bearer  ${valid}`,
    'two tokens': `header: Bearer ${valid}, Bearer ${valid}`,
  }
  return { attacks, like: withClaims }
}
