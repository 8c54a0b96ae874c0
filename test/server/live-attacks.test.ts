// What may a client say to the live server? What the contract has, and not too much of it; anything else ends the connection and nothing more.
import { afterEach, describe, expect, test } from 'vitest'
import { LIVE_PATH } from '../../src/api/live.ts'
import { RawReader } from '../support/raw-reader.ts'
import { Watcher } from '../support/watcher.ts'
import { eventually, makeWorld } from '../support/world.ts'

const world = await makeWorld({ suppliers: 0 })
const { port } = world.config
const no = await world.publish()
const where = { port, host: '127.0.0.1' }

const readers: RawReader[] = []
afterEach(() => {
  for (const reader of readers.splice(0)) reader.end()
})
function stranger(): RawReader {
  const reader = new RawReader(where)
  readers.push(reader)
  return reader
}
/** A client that is in the namespace. */
async function joined(): Promise<RawReader> {
  const reader = stranger().upgrade()
  await reader.until('"sid"')
  reader.send('40')
  await reader.until('40{"sid"')
  return reader
}

/** After every attack the server still answers and still sends. */
async function stillServes(): Promise<void> {
  const watcher = new Watcher(world.url, no)
  await eventually('the log is still sent', () => watcher.entries.length >= 3)
  watcher.close()
  expect(world.lines.filter((line) => /"level":(50|60)/.test(line))).toEqual([])
}

const ATTACKS: [what: string, send: (reader: RawReader) => void][] = [
  ['an event that is not in the contract', (r) => r.send('42["subscribe","x"]')],
  ['an event with the name of a server event', (r) => r.send('42["entry",{}]')],
  ['an event with the name of an object’s own member', (r) => r.send('42["constructor","x"]')],
  ['an event named __proto__', (r) => r.send('42["__proto__","x"]')],
  ['an event with a name of 4,000 characters', (r) => r.send(`42["${'w'.repeat(4000)}"]`)],
  ['an event with a name of a million characters', (r) => r.send(`42["${'w'.repeat(1_000_000)}"]`)],
  ['an event without a name', (r) => r.send('42[]')],
  ['an event whose name is a number', (r) => r.send('42[7]')],
  ['a reserved event', (r) => r.send('42["disconnect"]')],
  ['too many arguments', (r) => r.send(`42["watch","${no}","${no}"]`)],
  ['no argument', (r) => r.send('42["watch"]')],
  ['an event with 1,000 attachments', (r) => r.send('451000-["watch",{"_placeholder":true,"num":0}]')],
  ['an event with one attachment', (r) => r.send('451-["watch",{"_placeholder":true,"num":0}]')],
  ['an acknowledgement with an attachment', (r) => r.send('461-7[{"_placeholder":true,"num":0}]')],
  ['a binary frame', (r) => r.send(new Uint8Array(100))],
  [
    '200 binary frames one after the other',
    (r) => {
      for (let i = 0; i < 200; i++) r.send(new Uint8Array(4000))
    },
  ],
  ['a packet that is not JSON', (r) => r.send('42{"watch"')],
  ['a packet of an unknown type', (r) => r.send('49')],
  ['an engine packet of an unknown type', (r) => r.send('9')],
  ['a frame larger than any event', (r) => r.send(`42["watch","${' '.repeat(10_000)}"]`)],
  ['JSON nested a thousand deep', (r) => r.send(`42["watch",${'['.repeat(1000)}${']'.repeat(1000)}]`).send('42["?"]')],
  [
    '1,000 joins',
    (r) => {
      for (let i = 0; i < 1000; i++) r.send(`42["watch","R26BK${String(i).padStart(8, '0')}"]`)
    },
  ],
  [
    '1,000 namespaces',
    (r) => {
      for (let i = 0; i < 1000; i++) r.send(`40/room${i},`)
    },
  ],
  [
    '1,000 pongs that nobody asked for',
    (r) => {
      for (let i = 0; i < 1000; i++) r.send('3')
    },
  ],
  ['broken UTF-8 in a text frame', (r) => r.send(new Uint8Array([0x34, 0x32, 0xc3, 0x28]), 1)],
]

describe('RT-5 a client that breaks the contract', () => {
  test.each(ATTACKS)('is disconnected for %s', async (_, attack) => {
    const reader = await joined()
    attack(reader)
    await eventually('the end of the connection', () => reader.closed, 5000)
    await stillServes()
  })

  test('is disconnected when it says something before it has joined', async () => {
    const reader = stranger().upgrade()
    await reader.until('"sid"')
    reader.send(`42["watch","${no}"]`)
    await eventually('the end of the connection', () => reader.closed, 5000)
    await stillServes()
  })

  test('may ask for a number that is none, and is told no', async () => {
    const reader = await joined()
    for (const odd of [
      '"x"',
      'null',
      '7',
      '{"no":"R26BK00000001"}',
      '[]',
      `"${no} "`,
      '"tender R26BK00000001"',
      '"log"',
    ]) {
      reader.got = ''
      reader.send(`420["watch",${odd}]`)
      await reader.until('430[{"ok":false}]')
    }
    expect(reader.closed).toBe(false)
  })

  test('may ask for what came after a number that is none, and is told no', async () => {
    const reader = await joined()
    const odd = ['null', '"x"', '{}', `{"no":"${no}"}`, `{"no":"${no}","after":"0"}`, `{"no":"${no}","after":-2}`]
    for (const said of [
      ...odd,
      `{"no":"${no}","after":1.5}`,
      `{"no":"${no}","after":0,"limit":1}`,
      '{"no":"x","after":0}',
    ]) {
      reader.got = ''
      reader.send(`420["since",${said}]`)
      await reader.until('430[{"ok":false}]')
    }
    expect(reader.closed).toBe(false)
  })

  test('may not watch more than twenty tenders at once', async () => {
    const reader = await joined()
    for (let i = 0; i < 25; i++) reader.send(`42${i}["watch","R26BK${String(i).padStart(8, '0')}"]`)
    await reader.until('4324[')
    const answers = [...reader.got.matchAll(/43\d+\[\{"ok":(\w+)\}\]/g)].map((m) => m[1])
    expect(answers.filter((ok) => ok === 'true').length).toBe(20)
    expect(answers.filter((ok) => ok === 'false').length).toBe(5)
  })
})

describe('RT-4 who may connect', () => {
  test.each([
    ['http://evil.example'],
    [`http://127.0.0.1:${port + 1}`],
    [`http://127.0.0.1.evil.example:${port}`],
    ['null'],
    ['not a URL'],
    [''],
  ])('a page of the origin %j is refused', async (origin) => {
    const reader = stranger().upgrade({ Host: `127.0.0.1:${port}`, Origin: origin })
    await reader.ended
    expect(reader.got).toMatch(/^HTTP\/1\.1 (400|403) /)
    expect(reader.got).not.toContain('101 Switching')
  })

  test('a page of our own origin and a program without one are let in', async () => {
    const page = stranger().upgrade({ Host: `127.0.0.1:${port}`, Origin: `http://127.0.0.1:${port}` })
    await page.until('101 Switching Protocols')
    const program = stranger().upgrade()
    await program.until('101 Switching Protocols')
  })

  test('polling is not offered, so that there is one way in to guard', async () => {
    const res = await fetch(`${world.url}${LIVE_PATH}/?EIO=4&transport=polling`)
    expect(res.status).toBe(400)
  })

  test('watching a draft’s number tells nothing about whether it is one', async () => {
    const draft = await world.draft()
    const reader = await joined()
    reader.send(`420["watch","${draft}"]`).send('421["watch","R26BK99999999"]')
    await reader.until('431[{"ok":true}]')
    expect(reader.got).toContain('430[{"ok":true}]')
  })

  test('a token changes nothing: who is signed in hears what everybody hears, so that there is nothing to take over or to revoke', async () => {
    const [draft, published] = [await world.draft(), await world.publish()]
    const { token } = world.officer
    const officer = stranger().upgrade({ Authorization: `Bearer ${token}`, Cookie: `session=${token}` })
    await officer.until('"sid"')
    officer.send(`40${JSON.stringify({ token })}`)
    await officer.until('40{"sid"')
    const anybody = await joined()
    const both = [officer, anybody]
    for (const reader of both) {
      reader.send(`420["watch","${draft}"]`).send(`421["watch","${published}"]`)
      await reader.until('431[{"ok":true}]')
    }
    const heard = (reader: RawReader) => [...reader.got.matchAll(/42\["entry",\{"index":(\d+)/g)].map((m) => m[1])
    // An act on a draft is in no log; what is watched is heard once it is published.
    await world.officer.publish(draft)
    expect(both.flatMap(heard)).toEqual([])
    await world.tick()
    await eventually('notice and keysets came', () => both.every((reader) => heard(reader).length === 3))
    expect(heard(officer)).toEqual(heard(anybody))
  })
})
