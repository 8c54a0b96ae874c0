// With which keys are personal columns encrypted? Keys with numbers in a file of the data folder, so that one can follow the other.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { holdPersonalCipher, type PersonalCipher, SEALED } from '../../../db/personal-column.ts'
import { writeFileAtomic } from '../../node/atomic-file.ts'
import { b64u, fromB64u } from '../../proof/bytes.ts'
import { makeOnce } from '../keys.ts'

const FILE = 'personal-keys.json'
const ID = /^k[1-9][0-9]{0,5}$/

/** AES-256 keys by number, which of them seals from now on, and the key of the search hashes, which never changes. */
type Kept = { current: string; keys: Record<string, string>; search: string }

const fileIn = (dataDir: string): string => join(dataDir, 'server', FILE)

function read(file: string): Kept {
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept
  const ids = Object.keys(kept.keys)
  const whole =
    ids.includes(kept.current) && ids.every((id) => ID.test(id) && fromB64u(kept.keys[id] ?? '').length === 32)
  if (!whole || fromB64u(kept.search).length !== 32) throw new Error(`${file} does not hold keys to personal columns`)
  return kept
}

/** Written one way: an address in lower case, a number without spaces and dashes, full-width forms as plain ones. */
export function searchable(plain: string): string {
  const text = plain.normalize('NFKC').trim().toLowerCase()
  return text.includes('@') ? text : text.replace(/[\s().+-]/g, '')
}

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit IV; the column's name is authenticated with it. A sealed text is
 * `pd1.<key>.<iv and ciphertext and tag, base64url>`. The file is looked at again when it changes, so that a new key is used, and
 * known, without a restart.
 */
class FileCipher implements PersonalCipher {
  readonly #file: string
  #kept: Kept
  #written: number

  constructor(file: string) {
    this.#file = file
    this.#written = statSync(file).mtimeMs
    this.#kept = read(file)
  }

  get kept(): Kept {
    const written = statSync(this.#file).mtimeMs
    if (written !== this.#written) {
      this.#kept = read(this.#file)
      this.#written = written
    }
    return this.#kept
  }

  seal(column: string, plain: string): string {
    return this.#seal(column, plain, randomBytes(12))
  }

  /** The IV is a keyed hash of column and text (as in a synthetic IV, RFC 5297): it comes again with the same text only. */
  sealAlike(column: string, plain: string): string {
    const mac = createHmac('sha256', fromB64u(this.kept.search)).update(`iv ${column}\0${plain}`)
    return this.#seal(column, plain, mac.digest().subarray(0, 12))
  }

  #seal(column: string, plain: string, iv: Buffer): string {
    const { current, keys } = this.kept
    const gcm = createCipheriv('aes-256-gcm', fromB64u(keys[current] as string), iv)
    gcm.setAAD(Buffer.from(`${current} ${column}`))
    const sealed = Buffer.concat([iv, gcm.update(plain, 'utf8'), gcm.final(), gcm.getAuthTag()])
    return `${SEALED}${current}.${b64u(sealed)}`
  }

  open(column: string, sealed: string): string {
    const [, id = '', text = ''] = sealed.split('.')
    const key = this.kept.keys[id]
    if (key === undefined) throw new Error(`${column} was sealed with ${id}, a key that is not there`)
    const bytes = fromB64u(text)
    const gcm = createDecipheriv('aes-256-gcm', fromB64u(key), bytes.subarray(0, 12))
    gcm.setAAD(Buffer.from(`${id} ${column}`))
    gcm.setAuthTag(bytes.subarray(-16))
    return Buffer.concat([gcm.update(bytes.subarray(12, -16)), gcm.final()]).toString('utf8')
  }

  search(column: string, plain: string): string {
    return createHmac('sha256', fromB64u(this.kept.search))
      .update(`${column}\0${searchable(plain)}`)
      .digest('base64url')
  }
}

/** Opens the keys of a data folder for this process, making them at the first start. Two processes that start at once get the same. */
export async function holdPersonalKeys(dataDir: string): Promise<void> {
  mkdirSync(join(dataDir, 'server'), { recursive: true, mode: 0o700 })
  const file = fileIn(dataDir)
  const fresh: Kept = { current: 'k1', keys: { k1: b64u(randomBytes(32)) }, search: b64u(randomBytes(32)) }
  await makeOnce(file, `${JSON.stringify(fresh)}\n`, b64u(randomBytes(9)))
  holdPersonalCipher(new FileCipher(file))
}

/** Adds a key and has everything sealed with it from now on. Answers its number; the older keys still open what they sealed. */
export function addPersonalKey(dataDir: string): string {
  const file = fileIn(dataDir)
  const kept = read(file)
  const current = `k${Math.max(...Object.keys(kept.keys).map((id) => Number(id.slice(1)))) + 1}`
  const keys = { ...kept.keys, [current]: b64u(randomBytes(32)) }
  writeFileAtomic(file, `${JSON.stringify({ ...kept, current, keys })}\n`)
  return current
}

/** Destroys the keys that seal nothing any more. Answers their numbers. */
export function dropPersonalKeys(dataDir: string, used: ReadonlySet<string>): string[] {
  const file = fileIn(dataDir)
  const kept = read(file)
  const gone = Object.keys(kept.keys).filter((id) => id !== kept.current && !used.has(id))
  const keys = Object.fromEntries(Object.entries(kept.keys).filter(([id]) => !gone.includes(id)))
  if (gone.length > 0) writeFileAtomic(file, `${JSON.stringify({ ...kept, keys })}\n`)
  return gone
}
