// Does a custodian refuse to turn its key whenever the server lies, about whatever it lies?
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, fromUtf8, utf8 } from '../../src/proof/bytes.ts'
import { canonical, type JsonObject, parseJson } from '../../src/proof/canonical.ts'
import { readJws } from '../../src/proof/jws.ts'
import { cosign, vkeyOf, WITNESS_KEY } from '../../src/proof/note.ts'
import {
  AGENCY,
  BIDDERS,
  DEADLINE,
  type Edit,
  type Forge,
  forge,
  keyOf,
  LOG_SEED,
  policyOf,
  TENDER,
  WITHDRAWN,
} from '../support/forge.ts'
import { bench, looking, pastDeadline, prefix, TO_PRICE_LIST, TO_TECHNICAL_LIST, upTo } from './custodian-bench.ts'

/** Looks at a forged log once and demands that it is refused for just these reasons, with no release sent or kept. */
async function refused(edit: Edit, codes: string[], clock = pastDeadline(2)) {
  const made = await looking({ ...TO_TECHNICAL_LIST, ...edit }, { clock })
  expect(made.codes()).toEqual(codes)
  expect(made.server.releases()).toEqual([])
  expect(made.custodian.status().released.filter(({ logged }) => !logged)).toEqual([])
  return made
}

/** Changes the technical keyset of the tender (the first keyset of the log is another tender's). */
const technicalKeyset = (change: NonNullable<NonNullable<Edit['payload']>['keyset/1']>): Edit => ({
  payload: {
    'keyset/1': (keyset, at) => {
      if (keyset.tender === TENDER && keyset.kind === 'technical') change(keyset, at)
    },
  },
})

const withKey = (name: string) => {
  const { jwk, signer } = keyOf(name)
  return { kid: signer.kid, jwk }
}

describe('(a) the keyset: a custodian refuses', () => {
  test('one that no officer of the buyer signed', () =>
    refused({ signer: { 'keyset/1': (rightful, { nth }) => (nth === 1 ? keyOf('other-officer').signer : rightful) } }, [
      'keyset-wrong',
    ]))

  test('one that names a key of its own that it never made', () =>
    refused(
      technicalKeyset((keyset) => Object.assign(keyset.custodians[0]!, withKey('planted'))),
      ['keyset-not-mine', 'keyset-wrong'],
    ))

  test('one that names a key of its own that an earlier keyset used', () =>
    refused(
      technicalKeyset((keyset) => Object.assign(keyset.custodians[0]!, withKey(`${keyset.custodians[0]!.id} other`))),
      ['keyset-wrong'],
    ))

  test('one with a key that another custodian never offered', () =>
    refused(
      technicalKeyset((keyset) => Object.assign(keyset.custodians[1]!, withKey('planted'))),
      ['keyset-wrong'],
    ))

  test('one that would open without the close', () =>
    refused(
      technicalKeyset((keyset) => {
        keyset.requires = []
      }),
      ['keyset-wrong'],
    ))

  test('a list over a keyset that is not in the log', () =>
    refused(
      {
        payload: {
          'opening.list/1': (list) => {
            list.ks = b64u(P.sha256(utf8('another keyset')))
          },
        },
      },
      ['keyset-wrong'],
    ))
})

describe('(b) its own clock: a custodian refuses', () => {
  const later = (openAfter: string): Edit => ({
    payload: {
      'tender.notice/1': (notice) => {
        notice.openAfter = openAfter
      },
      'keyset/1': (keyset) => {
        if (keyset.tender === TENDER) keyset.open_after = openAfter
      },
    },
  })

  test('until the millisecond at which the keyset may be opened, and releases then', async () => {
    const made = await refused(later('2026-03-10T06:00:00Z'), ['opening-not-due'])
    made.clock = '2026-03-10T05:59:59.999Z'
    await made.round()
    expect(made.codes()).toEqual(['opening-not-due'])
    made.clock = '2026-03-10T06:00:00.000Z'
    await made.round()
    expect(made.codes()).toEqual([])
    expect(made.server.releases()).toHaveLength(1)
  })

  test('again when its clock was set back before anything was released', async () => {
    const made = await refused(later('2026-03-10T06:00:00Z'), ['opening-not-due'])
    made.clock = '2020-01-01T00:00:00Z'
    await made.round()
    expect(made.codes()).toEqual(['opening-not-due'])
    expect(made.server.releases()).toEqual([])
  })
})

describe('(c) what must be in the log first: a custodian refuses', () => {
  test('before the tender is closed', () =>
    refused(
      { steps: (steps) => upTo('list technical')(steps).filter((step) => step !== 'closed' && step !== 'reveal') },
      ['opening-list-wrong', 'requirement-missing'],
    ))

  test('a price list before the scores are locked', () =>
    refused({ steps: (steps) => upTo('list price')(steps).filter((step) => step !== 'locked') }, [
      'requirement-missing',
    ]))

  test('a price list that came before the lock, though the lock came after', () =>
    refused(
      {
        steps: (steps) => [...upTo('result technical')(steps), 'list price', 'locked'],
      },
      ['requirement-missing'],
    ))

  test('a price list over locked scores in which one mark is missing', () =>
    refused({ ...TO_PRICE_LIST, payload: { 'scores.locked/1': (locked) => void locked.marks.pop() } }, [
      'scores-incomplete',
    ]))

  test('a price list over locked scores without one bidder', () =>
    refused(
      {
        ...TO_PRICE_LIST,
        payload: {
          'scores.locked/1': (locked) => {
            locked.labels = locked.labels.filter(({ label }) => label !== 'B')
            locked.marks = locked.marks.filter(({ bidder }) => bidder !== 'B')
          },
        },
      },
      ['scores-incomplete'],
    ))

  test('a second lock that completes a first one: the first counts', () =>
    refused(
      {
        steps: (steps) => [...upTo('locked')(steps), 'locked', 'list price'],
        payload: {
          'scores.locked/1': (locked, { nth }) => {
            if (nth === 0) locked.marks.pop()
          },
        },
      },
      ['scores-incomplete'],
    ))

  test('while a payload that could change the answer is not served, and releases once it is', async () => {
    const forged = await forge({ ...TO_TECHNICAL_LIST, before: { closed: (f) => postpone(f, DEADLINE) } })
    const made = await bench(forged)
    const path = forged.payloadPath(forged.indexesOf('incident/1')[0]!)
    const files = new Map(forged.files)
    files.delete(path)
    made.server.files = files
    await made.round()
    expect(made.codes()).toEqual(['record-unreadable'])
    expect(made.server.releases()).toEqual([])
    made.show(forged)
    await made.round()
    expect(made.server.releases()).toHaveLength(1)
  })

  test('a cancelled tender', () =>
    refused(
      {
        before: {
          'list technical': (f) => f.cancel(),
        },
      },
      ['requirement-missing'],
    ))
})

/** An incident of the clock that sets a new deadline. */
const postpone = (f: Forge, newDeadline: string) =>
  f.logPlain('incident/1', AGENCY, '-', {
    tender: TENDER,
    lot: '1',
    reasons: ['clock-late'],
    acts: [],
    newDeadline,
    facts: {},
  })

/** An override that the clock wrote, with nobody's name. */
const clockOverride = (f: Forge) =>
  f.logPlain('incident/1', 'audit-office', '-', {
    tender: TENDER,
    lot: '1',
    reasons: ['closing-time-override'],
    acts: [],
    newDeadline: null,
    facts: {},
  })

describe('(d) the time of the close: a custodian refuses', () => {
  test('a close that it first saw 120.001 s after the deadline, for ever', async () => {
    const made = await refused({}, ['closed-late'], pastDeadline(120.001))
    made.clock = pastDeadline(1)
    await made.round()
    await made.restart()
    await made.round()
    expect(made.codes()).toEqual(['closed-late'])
    expect(made.server.releases()).toEqual([])
  })

  test('a close that it saw one millisecond before the deadline, also when its clock has passed the deadline', async () => {
    const made = await refused({}, ['closed-early', 'opening-not-due'], pastDeadline(-0.001))
    made.clock = pastDeadline(10)
    await made.round()
    expect(made.codes()).toEqual(['closed-early'])
    expect(made.server.releases()).toEqual([])
  })

  test('a late close whose override is the clock’s own, not a person’s', () =>
    refused({ before: { 'list technical': clockOverride } }, ['act-unsigned', 'closed-late'], pastDeadline(600)))

  test('a deadline that an incident brought forward', () =>
    refused(
      {
        before: { closed: (f) => postpone(f, '2026-03-10T04:00:00Z') },
        payload: {
          'tender.closed/1': (closed) => {
            closed.deadline = '2026-03-10T04:00:00Z'
          },
        },
      },
      ['closing-entry-wrong'],
    ))

  test('a closing entry that names another deadline than the one in force', () =>
    refused(
      {
        payload: {
          'tender.closed/1': (closed) => {
            closed.deadline = '2026-03-10T05:00:01Z'
          },
        },
      },
      ['closing-entry-wrong'],
    ))

  test('a postponed deadline that has not come, though the first one has', () =>
    refused(
      {
        before: { closed: (f) => postpone(f, '2026-03-10T07:00:00Z') },
        payload: {
          'tender.closed/1': (closed) => {
            closed.deadline = '2026-03-10T07:00:00Z'
          },
        },
      },
      ['closed-early', 'opening-not-due'],
    ))

  test.each([
    ['at the deadline', 0],
    ['120 s after it', 120],
  ])('no close that it first saw %s', async (_, seconds) => {
    const made = await looking(TO_TECHNICAL_LIST, { clock: pastDeadline(seconds) })
    expect(made.server.releases()).toHaveLength(1)
  })

  test('no late close that a regulator let stand', async () => {
    const edit = { ...TO_TECHNICAL_LIST, before: { 'list technical': (f: Forge) => f.override() } }
    const made = await looking(edit, { clock: pastDeadline(600) })
    expect(made.codes()).toEqual([])
    expect(made.server.releases()).toHaveLength(1)
  })

  test('no close in time after a postponed deadline', async () => {
    const later = '2026-03-10T07:00:00Z'
    const edit: Edit = {
      ...TO_TECHNICAL_LIST,
      before: { closed: (f) => postpone(f, later) },
      payload: {
        'tender.closed/1': (closed) => {
          closed.deadline = later
        },
      },
    }
    const made = await looking(edit, { clock: '2026-03-10T07:00:30Z' })
    expect(made.server.releases()).toHaveLength(1)
  })

  test('no list that comes hours after a close seen in time, over restarts in between', async () => {
    const forged = await forge(TO_TECHNICAL_LIST)
    const made = await bench(forged)
    made.server.files = await prefix(forged, forged.closing + 1)
    await made.round()
    await made.restart()
    made.clock = pastDeadline(7200)
    made.show(forged)
    await made.round()
    expect(made.codes()).toEqual([])
    expect(made.server.releases()).toHaveLength(1)
  })

  test('a list in time over a close that it saw too late, because it was away', async () => {
    const forged = await forge(TO_TECHNICAL_LIST)
    const made = await bench(forged, { clock: pastDeadline(-60) })
    made.server.files = await prefix(forged, forged.closing)
    await made.round()
    made.server.down = true
    made.clock = pastDeadline(10)
    await expect(made.round()).rejects.toThrow()
    made.server.down = false
    made.clock = pastDeadline(200)
    made.show(forged)
    await made.round()
    expect(made.codes()).toEqual(['closed-late'])
    expect(made.server.releases()).toEqual([])
  })
})

describe('(e) reveal and list: a custodian refuses', () => {
  const swapped = (from: (f: Forge) => string, to: (f: Forge) => string): Edit => ({
    payload: {
      'opening.list/1': (list, { forge }) => {
        list.eids = list.eids.map((eid) => (eid === from(forge) ? to(forge) : eid)).sort(byBytes)
      },
    },
  })
  const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a, 'base64url'), Buffer.from(b, 'base64url'))
  const bidOf = (f: Forge, bidder: string, place: number) => {
    const own = [...f.envelopes].filter(([, { bid }]) => bid.bidder === bidder && 'approach' in (bid.body ?? {}))
    return own[place]![0]
  }

  test('the envelope of a bid that was withdrawn', () =>
    refused(
      {
        payload: {
          'opening.list/1': (list, { forge }) => {
            list.eids = [...list.eids, bidOf(forge, WITHDRAWN, 0)].sort(byBytes)
          },
        },
      },
      ['opening-list-wrong'],
    ))

  test('the envelope that its bidder replaced', () =>
    refused(
      swapped(
        (f) => bidOf(f, 'bidder-2', 1),
        (f) => bidOf(f, 'bidder-2', 0),
      ),
      ['opening-list-wrong'],
    ))

  test('an envelope that nobody’s revealed act names', () =>
    refused(
      swapped(
        (f) => bidOf(f, 'bidder-3', 0),
        () => b64u(P.sha256(utf8('nobody’s'))),
      ),
      ['opening-list-wrong'],
    ))

  test('a list from which a bid was dropped', () =>
    refused({ payload: { 'opening.list/1': (list) => void list.eids.pop() } }, ['opening-list-wrong']))

  test('a list that names nothing', () =>
    refused(
      {
        payload: {
          'opening.list/1': (list) => {
            list.eids = []
          },
        },
      },
      ['opening-list-wrong'],
    ))

  test('a list with an envelope twice', () =>
    refused({ payload: { 'opening.list/1': (list) => void list.eids.push(list.eids.at(-1)!) } }, [
      'opening-list-wrong',
    ]))

  test('a list that is not sorted', () =>
    refused({ payload: { 'opening.list/1': (list) => void list.eids.reverse() } }, ['opening-list-wrong']))

  test('a bid that entered after the closing entry, however it is listed and revealed', async () => {
    const late: Edit = {
      steps: (steps) => {
        const some = upTo('list technical')(steps).filter((step) => step !== 'closed')
        return [...some.slice(0, some.indexOf('bids')), 'closed', ...some.slice(some.indexOf('bids'))]
      },
    }
    const made = await looking({ ...late })
    expect(made.codes()).toContain('reveal-wrong')
    expect(made.server.releases()).toEqual([])
  })

  test('a closing list that names an entry above the close', async () => {
    const forged = await forge({
      ...TO_TECHNICAL_LIST,
      before: {
        closed: (f) => {
          // Listed now, entered later: the row points past the closing entry.
          f.sealedActs.push({ ...f.sealedActs[0]!, index: f.entries.length + 1 })
        },
      },
    })
    const made = await bench(forged)
    await made.round()
    expect(made.codes()).toContain('closing-list-wrong')
    expect(made.server.releases()).toEqual([])
  })

  test('a reveal with a salt that does not fit', () =>
    refused(
      {
        payload: {
          'opening.reveal/1': (reveal) => {
            reveal.acts[0]!.salt = b64u(P.sha256(utf8('other')))
          },
        },
      },
      ['opening-list-wrong', 'reveal-wrong'],
    ))

  test('a reveal that leaves a listed entry unnamed', () =>
    refused({ payload: { 'opening.reveal/1': (reveal) => void reveal.acts.splice(1, 1) } }, ['reveal-wrong']))

  test('a list that came before the reveal is there', () =>
    refused({ steps: (steps) => upTo('list technical')(steps).filter((step) => step !== 'reveal') }, [
      'opening-list-wrong',
      'requirement-missing',
    ]))

  test('a closing list other than the one that the closing entry fixed', async () => {
    const forged = await forge(TO_TECHNICAL_LIST)
    const made = await bench(forged)
    const closed = parseJson(fromUtf8(forged.payloadAt(forged.closing))) as JsonObject
    const path = `payload/${Buffer.from(String(closed.leaves), 'base64url').toString('hex')}`
    made.server.files = new Map([...forged.files, [path, utf8('[]')]])
    await made.round()
    expect(made.codes()).toContain('closing-list-wrong')
    expect(made.server.releases()).toEqual([])
  })
})

describe('(f) the envelopes: a custodian refuses', () => {
  test('a listed envelope that is not served, and releases once it is', async () => {
    const forged = await forge(TO_TECHNICAL_LIST)
    const made = await bench(forged)
    const path = `payload/${Buffer.from(forged.lists.technical.eids[2]!, 'base64url').toString('hex')}`
    const files = new Map(forged.files)
    files.delete(path)
    made.server.files = files
    await made.round()
    expect(made.codes()).toEqual(['envelope-missing'])
    expect(made.server.releases()).toEqual([])
    made.show(forged)
    await made.round()
    expect(made.server.releases()).toHaveLength(1)
  })

  test('other bytes under an envelope’s id', async () => {
    const forged = await forge(TO_TECHNICAL_LIST)
    const made = await bench(forged)
    const [one, two] = forged.lists.technical.eids.map(
      (eid) => `payload/${Buffer.from(eid, 'base64url').toString('hex')}`,
    )
    made.server.files = new Map([...forged.files, [one!, forged.files.get(two!)!]])
    await made.round()
    expect(made.codes()).toEqual(['envelope-wrong'])
    expect(made.server.releases()).toEqual([])
  })

  /** Puts other bytes in the place of the first bidder's technical envelope before its submission is signed. */
  const envelopeInstead = (change: (envelope: JsonObject & { shares: string[] }, f: Forge) => void): Edit => ({
    ...TO_TECHNICAL_LIST,
    payload: {
      'submission/1': (submission, { forge: f, nth }) => {
        if (nth !== 0) return
        const made = f.envelopes.get(submission.envelopes.technical)!
        const envelope = parseJson(fromUtf8(made.bytes)) as JsonObject & { shares: string[] }
        change(envelope, f)
        const bytes = utf8(canonical(envelope))
        const eid = b64u(P.sha256(bytes))
        f.envelopes.set(eid, { bytes, bid: { ...made.bid, eid } })
        f.effective.get(BIDDERS[0]!.id)!.technical = eid
        submission.envelopes.technical = eid
      },
    },
  })

  const headerOf = (share: string) => parseJson(Buffer.from(share.split('.')[0]!, 'base64url').toString()) as JsonObject
  const withHeader = (share: string, header: JsonObject) =>
    [b64u(utf8(canonical(header))), ...share.split('.').slice(1)].join('.')

  test.each([
    ['another keyset', { ks: b64u(P.sha256(utf8('elsewhere'))) }],
    ['another commitment', { kc: b64u(P.sha256(utf8('elsewhere'))) }],
    ['another number', { x: 2 }],
    ['another key', { kid: keyOf('elsewhere').signer.kid }],
    ['another algorithm', { alg: 'ECDH-ES+A256KW' }],
    ['another cipher', { enc: 'A128GCM' }],
  ])('a share whose header names %s, copied in from elsewhere', async (_, change) => {
    const made = await looking(
      envelopeInstead((envelope) => {
        envelope.shares[0] = withHeader(envelope.shares[0]!, { ...headerOf(envelope.shares[0]!), ...change })
      }),
    )
    expect(made.codes()).toEqual(['envelope-wrong'])
    expect(made.server.releases()).toEqual([])
  })

  test('no list for a share that its maker spoiled: zeros stand for that one, and the others are released', async () => {
    const made = await looking(
      envelopeInstead((envelope) => {
        const parts = envelope.shares[0]!.split('.')
        parts[3] = b64u(P.random(32))
        envelope.shares[0] = parts.join('.')
      }),
    )
    expect(made.codes()).toEqual([])
    const { shares } = readJws(made.server.releases()[0]!).payload as { shares: { eid: string; y: string }[] }
    expect(shares.map(({ eid }) => eid)).toEqual(made.forged.lists.technical.eids)
    const zeros = b64u(new Uint8Array(32))
    const spoiled = made.forged.effective.get(BIDDERS[0]!.id)!.technical
    expect(shares.filter(({ y }) => y === zeros).map(({ eid }) => eid)).toEqual([spoiled])
  })
})

describe('the witnesses: with a policy that asks for a quorum, a custodian refuses', () => {
  const seeds = ['press', 'court'].map((name) => ({ name, seed: P.sha256(utf8(`witness ${name}`)) }))
  const policy = [
    policyOf(LOG_SEED).split('\n')[0],
    ...seeds.map(
      ({ name, seed }) => `witness ${name} ${vkeyOf(P, `${name}.example`, P.ed25519PublicKey(seed), WITNESS_KEY)}`,
    ),
    'group both all press court',
    'quorum both',
    '',
  ].join('\n')

  /** The forged tender with cosignatures so many seconds after the deadline. */
  async function cosigned(...seconds: number[]) {
    return looked(await forge(TO_TECHNICAL_LIST), seconds)
  }

  /** The newest checkpoint with cosignatures so many seconds after the deadline. */
  async function linesAt(forged: Forge, seconds: readonly number[]): Promise<string> {
    const note = fromUtf8(forged.files.get('checkpoint')!)
    const text = note.slice(0, note.indexOf('\n\n') + 1)
    let lines = ''
    for (const [i, at] of seconds.entries()) {
      const { name, seed } = seeds[i]!
      lines += await cosign(P, `${name}.example`, seed, text, Date.parse(DEADLINE) / 1000 + at)
    }
    return note + lines
  }

  async function looked(forged: Forge, seconds: readonly number[], first: string | null = null) {
    const newest = await linesAt(forged, seconds)
    if (first !== null) forged.files.set(`covering/${forged.closing}`, utf8(first))
    forged.files.set('checkpoint', utf8(newest))
    // The custodian's own clock says nothing then: it looks a day late.
    const made = await bench(forged, { policy, clock: pastDeadline(86_400) })
    await made.round()
    return made
  }

  test('a checkpoint that one of two has not cosigned', async () => {
    const made = await cosigned(2)
    expect(made.codes()).toEqual(['quorum-missing'])
    expect(made.server.releases()).toEqual([])
  })

  test('a close that the quorum saw too late', async () => {
    const made = await cosigned(2, 121)
    expect(made.codes()).toEqual(['closed-late'])
    expect(made.server.releases()).toEqual([])
  })

  test('a close that the quorum saw too early', async () => {
    const made = await cosigned(-2, -1)
    expect(made.codes()).toEqual(['closed-early'])
    expect(made.server.releases()).toEqual([])
  })

  test('a close seen late, whatever is shown in the place of its first checkpoint', async () => {
    const changes: ((note: string) => string)[] = [
      () => 'no note',
      (note) => note.slice(0, note.indexOf('— court')),
      (note) => note.replace(/\n(\d+)\n/, '\n1\n'),
    ]
    for (const change of changes) {
      const forged = await forge(TO_TECHNICAL_LIST)
      const made = await looked(forged, [2, 600], change(await linesAt(forged, [1, 2])))
      expect(made.codes()).toEqual(['closed-late'])
      expect(made.server.releases()).toEqual([])
    }
  })

  test('no close whose first checkpoint the quorum saw in time, though the custodian came an hour late', async () => {
    const forged = await forge(TO_TECHNICAL_LIST)
    const made = await looked(forged, [2, 3600], await linesAt(forged, [2, 60]))
    expect(made.codes()).toEqual([])
    expect(made.server.releases()).toHaveLength(1)
  })

  test('no close that the quorum saw in time, and names the whole note with the witnesses’ lines', async () => {
    const made = await cosigned(2, 120)
    expect(made.codes()).toEqual([])
    const note = made.server.files.get('checkpoint')!
    expect(readJws(made.server.releases()[0]!).payload.checkpoint).toBe(b64u(P.sha256(note)))
    expect(fromUtf8(note)).toContain('court.example')
  })
})
