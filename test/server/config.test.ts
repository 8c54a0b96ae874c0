// Does the server refuse settings that cannot be meant, all of them at once, and fill in the rest?

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/server/config.ts'

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('settings', () => {
  test('lists every wrong setting in one message', () => {
    const wrong = {
      PORT: '80000',
      MADANG_BIND: 'everywhere',
      DATABASE_URL: 'mysql://x',
      MADANG_DEMO: 'yes',
      MADANG_ACCELERATOR: 'fast',
      MADANG_ORIGIN: 'two words',
      MADANG_TICK_MS: '-1',
      MADANG_PUBLIC_URL: 'https://madang.example/path',
      MADANG_SMTP: 'https://mail.example',
      MADANG_MAIL_FROM: 'Madang',
    }
    expect(problemsOf(wrong).map((line) => line.split(':')[0])).toEqual(Object.keys(wrong))
    expect(() => readConfig(wrong)).toThrow(/10 settings are wrong:[\s\S]*PORT[\s\S]*MADANG_MAIL_FROM/)
  })

  test('never repeats an address that carries a password', () => {
    for (const name of ['DATABASE_URL', 'MADANG_SMTP'])
      expect(problemsOf({ [name]: 'mysql://madang:hunter2@h/d' }).join()).not.toContain('hunter2')
  })

  test('refuses a name that looks like a setting and is none, as a misspelling', () => {
    expect(problemsOf({ MADANG_ORIGN: 'x', PORT: 'x' })).toEqual([
      expect.stringMatching(/^MADANG_ORIGN: is not a setting/),
      expect.stringMatching(/^PORT: /),
    ])
  })

  test('refuses to accelerate time outside the demonstration', () => {
    expect(problemsOf({ MADANG_ACCELERATOR: '60' })).toEqual([expect.stringMatching(/demonstration only/)])
    expect(readConfig({ MADANG_ACCELERATOR: '60', MADANG_DEMO: '1' }).accelerator).toBe(60)
  })

  test.each(['0', '0.5', '-3', '1e3', 'Infinity', ' 5'])('refuses an accelerator of "%s"', (value) => {
    expect(problemsOf({ MADANG_ACCELERATOR: value, MADANG_DEMO: '1' })).toHaveLength(1)
  })

  // Browsers give passkeys to no other page, and a link in a mail must lead to one that comes safely.
  test.each(['http://madang.example', 'https://madang.example/', 'madang.example', 'http://127.0.0.1:3000'])(
    'refuses pages at %s',
    (value) => expect(problemsOf({ MADANG_PUBLIC_URL: value })).toHaveLength(1),
  )

  test('refuses a socket whose path no socket can have', () => {
    expect(problemsOf({ MADANG_DATA: `/tmp/${'d'.repeat(120)}` })).toEqual([expect.stringMatching(/^MADANG_SIGNER: /)])
  })

  test('runs with no settings at all, on loopback only', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      bind: '127.0.0.1',
      dataDir: resolve('.data'),
      databaseUrl: null,
      demo: false,
      accelerator: 1,
      origin: 'localhost/log',
      signerSocket: resolve('.data/signer/signer.sock'),
      tickMs: 1000,
      witnessFile: null,
      logFiles: null,
      filesDir: resolve('.data/files'),
      logUrl: 'http://localhost:3000/log',
      publicUrl: null,
      smtp: null,
      mailFrom: 'madang@localhost',
      oidcFile: null,
    })
  })

  test('ticks four times as often in the demonstration, unless told', () => {
    expect(readConfig({ MADANG_DEMO: '1' }).tickMs).toBe(250)
    expect(readConfig({ MADANG_DEMO: '1', MADANG_TICK_MS: '40' }).tickMs).toBe(40)
  })

  test('takes an empty value as not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', MADANG_DEMO: '' })).toEqual(readConfig({}))
  })

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true)
  })

  test('is described in .env.example setting by setting, with the defaults it has', () => {
    const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
    const named = [...example.matchAll(/^#? ?([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value] as const)
    const refusal = problemsOf({ MADANG_NONE: '1' })[0] ?? ''
    expect(named.map(([name]) => name)).toEqual(/\(([^)]*)\)/.exec(refusal)?.[1]?.split(', '))
    expect(readConfig(Object.fromEntries(named))).toEqual(readConfig({}))
  })
})
