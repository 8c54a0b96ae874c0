// Does a passphrase shut a text so that it alone opens it, in a form that others' programs open, too?
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { armor, Encrypter } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { lockText, openText, workOf } from '../../src/proof/locked.ts'
import { readKeptFile, unlocked, writeKeptFile } from '../../web/pages/supplier/kept-file.ts'
import { tempDir } from '../support/processes.ts'

const PASSPHRASE = '열두 글자가 넘는 암호문구 12'
const SECRET = '{"technical":"AAAA","price":"BBBB"}'
const locked = await lockText(SECRET, PASSPHRASE)

/** Types a passphrase where a program asks for it at a terminal. */
const AT_A_TERMINAL = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp("age", ["age", "-d", "-o", sys.argv[2], sys.argv[1]])
seen = b""
while b"passphrase" not in seen.lower():
    seen += os.read(fd, 1024)
os.write(fd, sys.argv[3].encode() + b"\\n")
try:
    while os.read(fd, 1024):
        pass
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

describe('a text that was shut with a passphrase', () => {
  test('is opened by it and by no other', async () => {
    expect(locked).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
    expect(locked).not.toContain('AAAA')
    expect(await openText(locked, PASSPHRASE)).toBe(SECRET)
    expect(await openText(locked, `${PASSPHRASE}.`)).toBeNull()
    expect(await openText(locked, '')).toBeNull()
  })

  test('is never the same twice', async () => {
    expect(await lockText(SECRET, PASSPHRASE)).not.toBe(locked)
  })

  test.each([
    ['that was damaged', `${locked.slice(0, 240)}${locked[240] === 'B' ? 'C' : 'B'}${locked.slice(241)}`],
    ['that was cut', locked.slice(0, 150)],
    ['that is none', 'hello'],
    ['that is empty', ''],
  ])('is nothing %s', async (_, text) => {
    expect(await openText(text, PASSPHRASE)).toBeNull()
  })

  test('that would hold a browser up for minutes is not tried', async () => {
    expect(workOf(locked)).toBe(16)
    const head = 'age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 22\n'
    const costly = armor.encode(new TextEncoder().encode(head))
    expect(workOf(costly)).toBe(22)
    expect(await openText(costly, PASSPHRASE)).toBeNull()
    const keyed = new Encrypter()
    keyed.addRecipient('age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p')
    expect(workOf(armor.encode(await keyed.encrypt('x')))).toBeNull()
  })

  const age = spawnSync('age', ['--version']).status === 0
  test.skipIf(!age)('is opened by the program age', () => {
    const dir = tempDir('locked')
    writeFileSync(join(dir, 'in.age'), locked)
    const args = ['-c', AT_A_TERMINAL, join(dir, 'in.age'), join(dir, 'out'), PASSPHRASE]
    expect(spawnSync('python3', args, { timeout: 60_000 }).status).toBe(0)
    expect(spawnSync('cat', [join(dir, 'out')]).stdout.toString()).toBe(SECRET)
  })
})

test('the file that a bidder keeps opens again with its passphrase, secrets and all', async () => {
  const file = {
    c: 'c',
    received: 'r',
    jws: 'j',
    salt: 's',
    envelopes: { price: '{}' },
    eids: { price: 'e' },
    seeds: null,
    locked,
  }
  const text = writeKeptFile({ ...file, tender: 'R26BK00000001', kind: 'submission', proof: null })
  expect(text).not.toContain('BBBB')
  const read = readKeptFile(text, 'R26BK00000001')
  expect(read).toEqual(file)
  if (!read) throw new Error('it cannot be read')
  expect(await unlocked(read, 'another')).toBeNull()
  expect((await unlocked(read, PASSPHRASE))?.seeds).toEqual({ technical: 'AAAA', price: 'BBBB' })
  const open = { ...file, locked: undefined, seeds: { price: 'BBBB' } }
  expect(writeKeptFile({ ...open, tender: 'R26BK00000001', kind: 'submission', proof: null })).toContain('BBBB')
})
