// Does a signed note say exactly what was signed, by whom it was signed, and nothing else?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64, FormatError, fromB64 } from '../../src/proof/bytes.ts'
import {
  checkpointText,
  cosign,
  readAddCheckpoint,
  readCheckpoint,
  readNote,
  readSignatureLine,
  readVkey,
  signNote,
  verifyCosignature,
  verifyNote,
  vkeyOf,
  writeAddCheckpoint,
} from '../../src/proof/note.ts'
import { entriesTo, noteOf, ORIGIN, TIME, vkey } from './log-kit.ts'

const entries = entriesTo(P, 5)
const bare = await noteOf(P, entries, 0)
const note = await noteOf(P, entries)
const { text, signatures } = readNote(note)
const logKey = vkey(P, ORIGIN)
const witnessKey = vkey(P, 'w1.example', 4)
const HASH = b64(new Uint8Array(32))

/** What a transcription error or a forger does to a text. */
const mutation = fc.record({
  at: fc.nat(),
  cut: fc.nat(2),
  insert: fc.constantFrom('', '\n', ' ', '+', '—', '0', 'A', '=', '\u0000', '\r', '\ud800'),
})
function mutate(original: string, { at, cut, insert }: { at: number; cut: number; insert: string }): string {
  const from = at % (original.length + 1)
  return original.slice(0, from) + insert + original.slice(from + cut)
}

describe('notes that are refused', () => {
  test('a note with anything changed is not the log’s any more, and throws nothing', async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async (how) => {
        const changed = mutate(bare, how)
        fc.pre(changed !== bare)
        expect(await verifyNote(P, changed, logKey)).toBeNull()
      }),
      { numRuns: 500 },
    )
  })

  test('a cosigned note with anything changed still says what was signed or nothing, and keeps no false time', async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async (how) => {
        const changed = mutate(note, how)
        const said = await verifyNote(P, changed, logKey)
        if (said !== null) expect(checkpointText(said)).toBe(text)
        const seen = await verifyCosignature(P, changed, witnessKey)
        if (seen !== null) expect(seen).toEqual({ time: TIME })
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['no signature', `${text}\n`],
    ['no empty line', text],
    ['nothing', ''],
    ['a hyphen for the dash', bare.replace('—', '-')],
    ['two spaces', bare.replace('— ', '—  ')],
    ['a carriage return', bare.replaceAll('\n', '\r\n')],
    ['no newline at the end', bare.slice(0, -1)],
    ['a second empty line', `${bare}\n`],
    ['a signature without a key id', `${text}\n— ${ORIGIN} AAAA\n`],
    ['a hundred and one signatures', `${text}\n${signatures[0]!.line.repeat(101)}`],
    ['a megabyte', 'x'.repeat(1_000_001)],
  ])('refuses a note with %s', async (_, changed) => {
    expect(() => readNote(changed)).toThrow(FormatError)
    expect(await verifyNote(P, changed, logKey)).toBeNull()
    expect(await verifyCosignature(P, changed, witnessKey)).toBeNull()
  })

  test.each([
    ['an extension line', `a\n1\n${HASH}\nx\n`],
    ['two lines', `a\n1\n`],
    ['a size with a leading zero', `a\n01\n${HASH}\n`],
    ['a size with a sign', `a\n+1\n${HASH}\n`],
    ['a size that is too large', `a\n9007199254740992\n${HASH}\n`],
    ['no size', `a\n\n${HASH}\n`],
    ['a root of 31 bytes', `a\n1\n${b64(new Uint8Array(31))}\n`],
    ['a root in base64url', `a\n1\n${HASH.replaceAll('A', '_')}\n`],
    ['no origin', `\n1\n${HASH}\n`],
    ['an origin with a space', `a b\n1\n${HASH}\n`],
    ['an origin with a plus', `a+b\n1\n${HASH}\n`],
    ['no newline at the end', `a\n1\n${HASH}`],
  ])('refuses a checkpoint with %s', (_, changed) => {
    expect(() => readCheckpoint(changed)).toThrow(FormatError)
  })

  test('refuses another log’s key, a witness’s key for the log’s, and the log’s for a witness’s', async () => {
    expect(await verifyNote(P, note, vkey(P, 'other.example/log'))).toBeNull()
    expect(await verifyNote(P, note, witnessKey)).toBeNull()
    expect(await verifyCosignature(P, note, logKey)).toBeNull()
    expect(await verifyCosignature(P, bare, witnessKey)).toBeNull()
  })

  test('refuses a log that signs in its own name what another log is said to be', async () => {
    const seed = new Uint8Array(32).fill(9)
    const signed = await signNote(
      P,
      'rogue.example',
      seed,
      checkpointText({ origin: ORIGIN, size: 0, root: new Uint8Array(32) }),
    )
    expect(await verifyNote(P, signed, vkeyOf(P, 'rogue.example', P.ed25519PublicKey(seed)))).toBeNull()
  })

  test('refuses a note with a false signature beside the true one of the same key', async () => {
    const { keyId } = signatures[0]!
    const forged = `— ${ORIGIN} ${b64(Buffer.concat([Buffer.from(keyId, 'hex'), Buffer.alloc(64, 1)]))}\n`
    expect(await verifyNote(P, bare + forged, logKey)).toBeNull()
  })

  test('refuses a cosignature under another time or another checkpoint', async () => {
    const line = signatures[1]!
    const later = line.sig.slice()
    later[7] = later[7]! + 1
    const moved = (sig: Uint8Array) => `— ${line.name} ${b64(Buffer.concat([Buffer.from(line.keyId, 'hex'), sig]))}\n`
    expect(await verifyCosignature(P, bare + moved(line.sig), witnessKey)).toEqual({ time: TIME })
    expect(await verifyCosignature(P, bare + moved(later), witnessKey)).toBeNull()
    expect(await verifyCosignature(P, bare + moved(line.sig.subarray(1)), witnessKey)).toBeNull()
    expect(await verifyCosignature(P, (await noteOf(P, entriesTo(P, 6), 0)) + line.line, witnessKey)).toBeNull()
  })

  test.each([
    ['no parts', 'x'],
    ['a key id that is not its own', logKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
    ['a key id in capitals', logKey.replace(/\+[0-9a-f]{8}\+/, (id) => id.toUpperCase())],
    ['another name', logKey.replace(ORIGIN, 'x')],
    ['no name', logKey.replace(ORIGIN, '')],
    ['another type', `x+00000000+${b64(new Uint8Array(33).fill(2))}`],
    ['a short key', `x+00000000+${b64(Uint8Array.of(1, 2))}`],
    ['nothing', ''],
  ])('refuses a verifier key with %s', async (_, key) => {
    expect(() => readVkey(key)).toThrow(FormatError)
    expect(await verifyNote(P, note, key)).toBeNull()
  })

  test('refuses a time that is none', async () => {
    for (const time of [-1, 0.5, Number.NaN])
      await expect(cosign(P, 'w', new Uint8Array(32), text, time)).rejects.toThrow(RangeError)
  })
})

describe('notes that are signed', () => {
  test('say what was signed, and each witness its time', async () => {
    expect(await verifyNote(P, note, logKey)).toEqual(readCheckpoint(text))
    for (const [i, name] of ['w1.example', 'w2.example', 'w3.example'].entries()) {
      expect(await verifyCosignature(P, note, vkey(P, name, 4))).toEqual({ time: TIME + i })
    }
  })

  test('keep what unknown keys wrote without believing it', async () => {
    const unknown = `— stranger.example ${b64(new Uint8Array(70))}\n`
    expect(await verifyNote(P, note + unknown, logKey)).not.toBeNull()
    expect(readNote(note + unknown).signatures).toHaveLength(5)
  })

  test('count the earliest of two times of one witness', async () => {
    const again = await cosign(P, 'w1.example', P.sha256(Buffer.from('w1.example')), text, TIME - 5)
    expect(await verifyCosignature(P, note + again, witnessKey)).toEqual({ time: TIME - 5 })
  })

  test('are put together again from their lines', () => {
    expect(`${text}\n${signatures.map(({ line }) => line).join('')}`).toBe(note)
    for (const { line } of signatures) expect(readSignatureLine(line).line).toBe(line)
  })

  test('split a verifier key at its first two pluses, as the base64 may hold more', () => {
    for (let i = 0; i < 200; i++) {
      const key = vkeyOf(P, 'x', P.sha256(Uint8Array.of(i)))
      expect(readVkey(key).pub).toEqual(P.sha256(Uint8Array.of(i)))
    }
  })
})

describe('add-checkpoint requests', () => {
  const proof = [1, 2].map((i) => new Uint8Array(32).fill(i))
  const good = writeAddCheckpoint({ old: 3, proof, note: bare })

  test('are read back', () => {
    expect(readAddCheckpoint(good)).toEqual({ old: 3, proof, note: bare })
    expect(readAddCheckpoint(writeAddCheckpoint({ old: 0, proof: [], note: bare }))).toEqual({
      old: 0,
      proof: [],
      note: bare,
    })
  })

  test.each([
    ['a proof from size 0', writeAddCheckpoint({ old: 0, proof, note: bare })],
    ['64 hashes', writeAddCheckpoint({ old: 3, proof: Array.from({ length: 64 }, () => proof[0]!), note: bare })],
    ['no old size', good.replace('old 3', 'old')],
    ['an old size with a leading zero', good.replace('old 3', 'old 03')],
    ['another first word', good.replace('old', 'new')],
    ['a short hash', good.replace(b64(proof[0]!), 'AAAA')],
    ['no note', `old 3\n\n`],
    ['no empty line', 'old 3\n'],
    ['nothing', ''],
  ])('refuse %s', (_, body) => {
    expect(() => readAddCheckpoint(body)).toThrow(FormatError)
  })

  test('throw nothing but FormatError, whatever is changed', () => {
    fc.assert(
      fc.property(mutation, (how) => {
        const changed = mutate(good, how)
        try {
          expect(writeAddCheckpoint(readAddCheckpoint(changed))).toBe(changed)
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('hold hashes of 32 bytes', () => {
    expect(readAddCheckpoint(good).proof.every((hash) => fromB64(b64(hash)).length === 32)).toBe(true)
  })
})
