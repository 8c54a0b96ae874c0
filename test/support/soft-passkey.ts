// A passkey in software: makes and shows credentials as an authenticator does, and as one that cheats would.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

const b64u = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

type Cbor = number | string | Uint8Array | [Cbor, Cbor][]
function head(major: number, n: number): Buffer {
  if (n < 24) return Buffer.from([(major << 5) | n])
  if (n < 256) return Buffer.from([(major << 5) | 24, n])
  return Buffer.from([(major << 5) | 25, n >> 8, n & 255])
}
/** RFC 8949, as much of it as a credential needs. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.length), ...value.flatMap(([k, v]) => [cbor(k), cbor(v)])])
}

export type Cheat = {
  origin?: string
  rpID?: string
  challenge?: string
  type?: string
  /** Whether its user was verified; true unless told. */
  verified?: boolean
  counter?: number
  /** Signs with another key. */
  forged?: boolean
}

export class SoftPasskey {
  readonly id = b64u(randomBytes(32))
  readonly origin: string
  counter = 1
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  constructor(origin: string) {
    this.origin = origin
  }

  #client(type: string, challenge: string, cheat: Cheat): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: cheat.type ?? type,
        challenge: cheat.challenge ?? challenge,
        origin: cheat.origin ?? this.origin,
        crossOrigin: false,
      }),
    )
  }

  #authData(cheat: Cheat, more: Uint8Array = new Uint8Array(), flags = 0): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(cheat.counter ?? this.counter++)
    const rpID = cheat.rpID ?? new URL(this.origin).hostname
    const seen = 0x01 | (cheat.verified === false ? 0 : 0x04)
    return Buffer.concat([sha256(Buffer.from(rpID)), Buffer.from([seen | flags]), counter, more])
  }

  /** The answer to the options of a registration. */
  make({ challenge }: { challenge?: unknown }, cheat: Cheat = {}) {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    const key = cbor([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ])
    const id = Buffer.from(this.id, 'base64url')
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key])
    const authData = this.#authData(cheat, attested, 0x40)
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key' as const,
      response: {
        clientDataJSON: b64u(this.#client('webauthn.create', String(challenge), cheat)),
        attestationObject: b64u(
          cbor([
            ['fmt', 'none'],
            ['attStmt', []],
            ['authData', authData],
          ]),
        ),
        transports: ['internal'],
      },
      clientExtensionResults: {},
    }
  }

  /** The answer to the options of a sign-in or a step-up. */
  show({ challenge }: { challenge?: unknown }, cheat: Cheat = {}) {
    const client = this.#client('webauthn.get', String(challenge), cheat)
    const authData = this.#authData(cheat)
    const other = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const signature = sign(
      'sha256',
      Buffer.concat([authData, sha256(client)]),
      cheat.forged ? other() : this.#keys.privateKey,
    )
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key' as const,
      response: { clientDataJSON: b64u(client), authenticatorData: b64u(authData), signature: b64u(signature) },
      clientExtensionResults: {},
    }
  }
}
