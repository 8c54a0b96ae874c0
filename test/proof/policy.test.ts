// Is the quorum there exactly when enough of the right witnesses have signed, and since the right second?
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64, concat, FormatError, fromHex } from '../../src/proof/bytes.ts'
import { readNote } from '../../src/proof/note.ts'
import { quorumMet, readPolicy, verifyCheckpoint } from '../../src/proof/policy.ts'
import { entriesTo, noteOf, ORIGIN, policyText, TIME, vkey } from './log-kit.ts'

const entries = entriesTo(P, 3)
const note = await noteOf(P, entries)
const { text, signatures } = readNote(note)
const [logLine, ...cosignatures] = signatures.map(({ line }) => line)
/** The note with the log's line and those of some witnesses, by number. */
const with_ = (...witnesses: number[]) => `${text}\n${logLine}${witnesses.map((w) => cosignatures[w - 1]).join('')}`
const log = `log ${vkey(P, ORIGIN)}`
const w = (i: number) => `witness w${i} ${vkey(P, `w${i}.example`, 4)}`

describe('policies that are refused', () => {
  test.each([
    ['no log', `${w(1)}\nquorum w1`],
    ['no quorum', log],
    ['two quorums', `${log}\nquorum none\nquorum none`],
    ['a quorum nobody defined', `${log}\nquorum w1`],
    ['a group before its members', `${log}\ngroup g any w1\n${w(1)}\nquorum g`],
    ['a group of itself', `${log}\n${w(1)}\ngroup g any w1 g\nquorum g`],
    ['a group without members', `${log}\ngroup g any\nquorum g`],
    ['a group of none', `${log}\ngroup g any none\nquorum g`],
    ['a member twice', `${log}\n${w(1)}\ngroup g 2 w1 w1\nquorum g`],
    ['a threshold of 0', `${log}\n${w(1)}\ngroup g 0 w1\nquorum g`],
    ['a threshold above the members', `${log}\n${w(1)}\ngroup g 2 w1\nquorum g`],
    ['a threshold in words', `${log}\n${w(1)}\ngroup g most w1\nquorum g`],
    ['a name twice', `${log}\n${w(1)}\n${w(2).replace('w2', 'w1')}\nquorum w1`],
    [
      'one key under two names, which would count it twice',
      `${log}\n${w(1)}\n${w(1).replace('w1', 'w2')}\ngroup g all w1 w2\nquorum g`,
    ],
    ['a witness named none', `${log}\n${w(1).replace('w1', 'none')}\nquorum none`],
    ['a log’s key for a witness', `${log}\nwitness w1 ${vkey(P, ORIGIN)}\nquorum w1`],
    ['a witness’s key for a log', `log ${vkey(P, 'w1.example', 4)}\nquorum none`],
    ['a key that is none', `log x+y+z\nquorum none`],
    ['an unknown line', `${log}\nnotary x\nquorum none`],
    ['words too many', `${log}\nquorum none none`],
    ['nothing', ''],
    ['a hundred thousand letters', 'x'.repeat(100_001)],
  ])('refuses a policy with %s', (_, policy) => {
    expect(() => readPolicy(policy)).toThrow(FormatError)
  })

  test('names the line that is wrong', () => {
    expect(() => readPolicy(`# a comment\n${log}\n\nnotary x\n`)).toThrow('line 4')
  })
})

describe('the quorum', () => {
  const rules: [string, string, number[], number | null][] = [
    ['two of three, one there', 'group g 2 w1 w2 w3\nquorum g', [1], null],
    ['two of three, two there', 'group g 2 w1 w2 w3\nquorum g', [1, 3], TIME + 2],
    ['two of three, all there', 'group g 2 w1 w2 w3\nquorum g', [1, 2, 3], TIME + 1],
    ['all, one missing', 'group g all w1 w2 w3\nquorum g', [1, 2], null],
    ['all', 'group g all w1 w2 w3\nquorum g', [3, 2, 1], TIME + 2],
    ['any', 'group g any w1 w2 w3\nquorum g', [3, 2], TIME + 1],
    ['one witness', 'quorum w2', [2], TIME + 1],
    ['another witness', 'quorum w2', [1, 3], null],
    ['groups of groups', 'group a all w1 w3\ngroup b any a w2\nquorum b', [1, 3], TIME + 2],
    ['groups of groups, the faster way', 'group a all w1 w3\ngroup b any a w2\nquorum b', [1, 2, 3], TIME + 1],
    ['groups of groups, neither way', 'group a all w1 w3\ngroup b any a w2\nquorum b', [3], null],
    ['nobody', 'group g 2 w1 w2 w3\nquorum g', [], null],
  ]
  test.each(rules)('%s', async (_, rule, there, time) => {
    const policy = readPolicy(policyText(P, rule))
    expect(await quorumMet(P, policy, with_(...there))).toEqual({ met: time !== null, time, none: false })
  })

  test('counts no witness twice', async () => {
    const policy = readPolicy(policyText(P))
    expect((await quorumMet(P, policy, with_(1, 1, 1))).met).toBe(false)
  })

  test('is met at no known time when the policy asks for none', async () => {
    expect(await quorumMet(P, readPolicy(`${log}\nquorum none`), with_())).toEqual({
      met: true,
      time: null,
      none: true,
    })
  })

  test('evaluates five thousand groups in each other without running out of stack', async () => {
    const groups = Array.from({ length: 5_000 }, (_, i) => `group g${i} 1 ${i === 0 ? 'w1' : `g${i - 1}`}`)
    const policy = readPolicy([log, w(1), ...groups, 'quorum g4999'].join('\n'))
    expect((await quorumMet(P, policy, with_(1))).time).toBe(TIME)
  })
})

describe('a checkpoint under a policy', () => {
  const policy = readPolicy(policyText(P))

  test('is refused with a reason when the format, the log, its signature or the quorum is not right', async () => {
    const forged = `${text}
— ${ORIGIN} ${b64(concat(fromHex(signatures[0]!.keyId), new Uint8Array(64)))}
${cosignatures.join('')}`
    for (const [wrong, code] of [
      ['x', 'note.format'],
      [`${text.replace(/\n$/, '\nextension\n')}\n${logLine}`, 'note.format'],
      [await noteOf(P, entries, 3, 'other.example/log'), 'note.unknown-log'],
      [`${text}\n${cosignatures.join('')}`, 'note.signature'],
      [forged, 'note.signature'],
      [with_(2), 'note.quorum'],
    ] as const) {
      expect(await verifyCheckpoint(P, policy, wrong)).toMatchObject({ refused: code, says: expect.any(String) })
    }
  })

  test('is accepted with the time of the quorum', async () => {
    expect(await verifyCheckpoint(P, policy, note)).toMatchObject({
      origin: ORIGIN,
      size: 3,
      quorum: { met: true, time: TIME + 1, none: false },
    })
  })
})
