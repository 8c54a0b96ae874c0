// Does the audit find each thing that an operator with the log's own key could write otherwise, and name the one check it breaks?
import { describe, expect, test } from 'vitest'
import { audit, type Check } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { closingListBytes } from '../../../src/domain/record/closing.ts'
import { CHECKS, type CheckName } from '../../../src/domain/record/finding.ts'
import { sortedEids } from '../../../src/domain/record/opening.ts'
import { questionStatement } from '../../../src/domain/tenders/questions.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, utf8 } from '../../../src/proof/bytes.ts'
import {
  AGENCY,
  BIDDERS,
  CUSTODIANS,
  type Edit,
  type Forge,
  forge,
  keyOf,
  policyOf,
  type Step,
  TENDER,
  WITHDRAWN,
} from '../../support/forge.ts'

const NEVER_WITHOUT_WITNESSES: CheckName = 'closing-time'

async function auditOf(log: Forge, policy: string | null = null): Promise<Check[]> {
  return audit(P, await gather(log.source(), policy), TENDER)
}

const failed = (checks: Check[]): CheckName[] => checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
const saysOf = (checks: Check[], name: CheckName): string => checks.find((c) => c.check === name)?.says.en ?? ''

/** The bidder's envelope ids, as the forge sealed them. */
const eid = (log: Forge, bidder: string, kind: 'technical' | 'price'): string => {
  const row = [...log.envelopes.values()].find(
    (e) => e.bid.bidder === bidder && log.effective.get(bidder)?.[kind] === e.bid.eid,
  )
  return row?.bid.eid ?? ''
}
const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((b, i) => (i === at ? b ^ 1 : b))

interface Case {
  name: string
  check: CheckName
  says?: RegExp
  edit?: Edit
  /** On the files as they are served, after the log has signed. */
  files?: (log: Forge) => unknown
}

const CASES: Case[] = [
  { name: 'a log that publishes no policy', check: 'policy', files: (f) => void f.files.delete('policy') },
  { name: 'a policy in no format', check: 'policy', files: (f) => void f.files.set('policy', utf8('trust me\n')) },
  {
    name: 'a checkpoint whose signature has one other bit',
    check: 'checkpoint',
    files: (f) => {
      const note = new TextDecoder().decode(f.files.get('checkpoint'))
      // A letter in the middle of the signature's base64.
      const at = note.length - 20
      f.files.set('checkpoint', utf8(`${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`))
    },
  },
  {
    name: 'a checkpoint signed by another key',
    check: 'checkpoint',
    files: (f) => f.publish(P.sha256(utf8('another'))),
  },
  { name: 'a log without a checkpoint', check: 'checkpoint', files: (f) => void f.files.delete('checkpoint') },
  {
    name: 'an entry with one other byte',
    check: 'tree',
    files: (f) => {
      const path = `tile/entries/000.p/${f.entries.length}`
      f.files.set(path, flip(f.files.get(path)!, 900))
    },
  },
  {
    name: 'a bundle of entries that is not served',
    check: 'tree',
    files: (f) => void f.files.delete(`tile/entries/000.p/${f.entries.length}`),
  },
  {
    name: 'a payload with one other byte',
    check: 'payloads',
    says: /evaluation\.result/,
    files: (f) => {
      const path = f.payloadPath(f.indexesOf('evaluation.result/1')[0]!)
      f.files.set(path, flip(f.files.get(path)!, 400))
    },
  },
  {
    name: 'a release that is not served',
    check: 'payloads',
    files: (f) => void f.files.delete(f.payloadPath(f.indexesOf('release/1')[4]!)),
  },
  {
    name: "a bidder's key that is not served",
    check: 'payloads',
    files: (f) => void f.files.delete(f.payloadPath(f.indexesOf('actor.key/1')[12]!)),
  },
  {
    name: 'a pass mark that is not the one whose hash was published',
    check: 'notice',
    edit: {
      payload: {
        'tender.notice/1': (p) => {
          p.rule = { ...p.rule, dp: 3 }
        },
      },
    },
  },
  {
    name: 'a rule that cannot score anybody',
    check: 'notice',
    says: /too-few-evaluators/,
    edit: {
      payload: {
        'tender.notice/1': (p) => {
          p.evaluators = ['E1']
        },
      },
      steps: (s) => s.slice(0, 6),
    },
  },
  {
    name: 'a keyset signed by an officer of another organisation',
    check: 'keysets',
    edit: { signer: { 'keyset/1': (s, { nth }) => (nth === 2 ? keyOf('other-officer').signer : s) } },
  },
  {
    name: 'a keyset with a key that an earlier tender used',
    check: 'keysets',
    says: /earlier keyset/,
    edit: {
      payload: {
        'keyset/1': (p, { nth }) => {
          // The earlier tender takes what ours will take.
          const { jwk, signer } = keyOf(`${CUSTODIANS[0]} price`)
          if (nth === 0) p.custodians[0] = { x: 1, id: CUSTODIANS[0]!, kid: signer.kid, jwk }
        },
      },
    },
  },
  {
    name: 'a keyset with a key that its custodian never offered',
    check: 'keysets',
    says: /never offered/,
    edit: {
      payload: {
        'keyset/1': (p, { nth }) => {
          const { jwk, signer } = keyOf('planted by the operator')
          if (nth === 2) p.custodians[1] = { x: 2, id: CUSTODIANS[1]!, kid: signer.kid, jwk }
        },
      },
      steps: (s) => s.slice(0, 4),
    },
  },
  {
    name: 'a price keyset that opens without locked scores',
    check: 'keysets',
    edit: {
      payload: {
        'keyset/1': (p) => {
          p.requires = ['tender.closed/1']
        },
      },
    },
  },
  {
    name: 'a key whose enrolment somebody else signed',
    check: 'keys',
    edit: { signer: { 'actor.key/1': (s, { nth }) => (nth === 11 ? keyOf('not the holder').signer : s) } },
  },
  {
    name: 'a notice signed by an officer of another organisation',
    check: 'signatures',
    says: /tender\.notice/,
    edit: { signer: { 'tender.notice/1': () => keyOf('other-officer').signer } },
  },
  {
    name: 'an award under the name of an officer who did not sign it',
    check: 'signatures',
    edit: { signer: { 'award/1': (s) => ({ kid: s.kid, sign: keyOf('somebody').signer.sign }) } },
  },
  {
    name: 'an award signed with a key that had been reported lost',
    check: 'signatures',
    says: /in force then/,
    edit: { before: { award: (f) => f.revoke('officer', AGENCY) } },
  },
  {
    name: 'a report of a lost key that the operator did not sign',
    check: 'keys',
    says: /operator/,
    edit: { before: { evaluation: (f) => f.revoke('officer', AGENCY, keyOf('officer')) } },
  },
  {
    name: 'an override of the closing time by the buyer itself',
    check: 'signatures',
    says: /may not do this/,
    edit: { before: { reveal: (f) => f.override(keyOf('officer'), AGENCY) } },
  },
  {
    name: 'an override of the closing time by an organisation that the notice does not name',
    check: 'signatures',
    says: /bidder-1 may not do this/,
    edit: { before: { reveal: (f) => f.override(keyOf('key of bidder-1'), 'bidder-1') } },
  },
  {
    name: 'an override of the closing time where the notice names nobody who oversees',
    check: 'signatures',
    says: /audit-office may not do this/,
    edit: {
      before: { reveal: (f) => f.override() },
      payload: { 'tender.notice/1': (p) => void delete (p as { overseers?: string[] }).overseers },
    },
  },
  {
    name: 'an override of the closing time that nobody signed',
    check: 'signatures',
    says: /may not do this/,
    edit: {
      before: {
        reveal: (f) =>
          f.logPlain('incident/1', '-', '-', {
            tender: TENDER,
            lot: '1',
            reasons: ['closing-time-override'],
            acts: [],
            newDeadline: null,
            facts: {},
          }),
      },
    },
  },
  {
    name: 'marks that an evaluator did not sign, computed with as if they were signed',
    check: 'sheets',
    says: /not those that were signed/,
    edit: {
      payload: {
        'marks/1': (p, { nth }) => {
          if (nth === 2) p.marks[0]!.mark = '1'
        },
      },
    },
  },
  {
    name: 'a comment put into the mouth of an evaluator',
    check: 'sheets',
    says: /not those that were signed/,
    edit: {
      payload: {
        'scores.locked/1': (p) => {
          p.marks[0]!.comment = 'splendid'
        },
      },
    },
  },
  {
    name: 'a sheet that somebody else signed',
    check: 'sheets',
    says: /not signed by a key in force/,
    edit: { signer: { 'marks/1': (s, { nth }) => (nth === 0 ? keyOf('nobody').signer : s) } },
  },
  {
    name: 'two seats of one person',
    check: 'sheets',
    says: /one person/,
    edit: { signer: { 'marks/1': (s, { nth }) => (nth === 1 ? keyOf('evaluator E1').signer : s) } },
  },
  {
    name: 'a sheet left out',
    check: 'sheets',
    says: /one signed sheet/,
    edit: {
      payload: {
        'scores.locked/1': (p) => {
          p.sheets.pop()
        },
      },
    },
  },
  {
    name: 'a lock that no officer of the buyer ordered',
    check: 'sheets',
    says: /no officer/,
    edit: { signer: { 'scores.lock/1': () => keyOf('other-officer').signer } },
  },
  {
    name: 'an order to lock over other sheets',
    check: 'sheets',
    says: /what the officer signed/,
    edit: {
      payload: {
        'scores.lock/1': (p) => {
          p.sheets[0]!.h = p.sheets[1]!.h
        },
      },
    },
  },
  {
    name: "a custodian's identity changed without the old key",
    check: 'keys',
    says: /without the old key/,
    edit: {
      before: {
        notice: (f) => {
          const key = keyOf('planted custodian')
          const [id = ''] = CUSTODIANS
          const payload = { id, org: id, jwk: key.jwk, from: '2026-03-01T00:00:00Z', replaces: null }
          return f.logSigned('custodian.identity/1', key, id, payload, '-')
        },
      },
    },
  },
  {
    name: 'a closing entry that counts one less',
    check: 'closing-list',
    edit: { payload: { 'tender.closed/1': (p) => void p.count-- } },
  },
  {
    name: 'a closing list that is not the one fixed at the close',
    check: 'closing-list',
    edit: {
      payload: {
        'tender.closed/1': (p) => {
          p.leaves = b64u(P.sha256(utf8('another list')))
        },
      },
    },
  },
  {
    name: 'a closing list with a commitment that is not in the log',
    check: 'closing-list',
    edit: {
      payload: {
        'tender.closed/1': (p, { forge: f }) => {
          const list = f.sealedActs.map((a, i): [number, string] => [
            a.index,
            i === 4 ? b64u(P.sha256(utf8('x'))) : a.c,
          ])
          p.leaves = f.put(closingListBytes(list))
        },
      },
    },
  },
  {
    name: 'a closing list with an entry that is not sealed',
    check: 'closing-list',
    edit: {
      payload: {
        'tender.closed/1': (p, { forge: f }) => {
          const list = f.sealedActs.map((a): [number, string] => [a.index, a.c])
          p.leaves = f.put(closingListBytes([[f.indexesOf('tender.notice/1')[0]!, list[0]![1]], ...list]))
          p.count++
        },
      },
    },
  },
  {
    name: 'a close at another deadline than the one in force',
    check: 'closing-time',
    edit: {
      payload: {
        'tender.closed/1': (p) => {
          p.deadline = '2026-03-10T04:00:00Z'
        },
      },
    },
  },
  { name: 'a close before the deadline', check: 'closing-time', edit: { closedAt: '2026-03-10T04:59:59Z' } },
  { name: 'a close three minutes late', check: 'closing-time', edit: { closedAt: '2026-03-10T05:03:00Z' } },
  {
    name: 'a reveal with another salt',
    check: 'reveal',
    edit: {
      payload: {
        'opening.reveal/1': (p) => {
          p.acts[2]!.salt = b64u(P.sha256(utf8('salt')))
        },
      },
    },
  },
  {
    name: 'a reveal that calls a bid a cover',
    check: 'reveal',
    edit: {
      payload: {
        'opening.reveal/1': (p) => {
          p.acts[0]!.jws = 'cover'
        },
      },
    },
  },
  {
    name: 'a reveal that leaves one entry unnamed',
    check: 'reveal',
    edit: { payload: { 'opening.reveal/1': (p) => void p.acts.splice(3, 1) } },
  },
  {
    name: 'a refusal that the server did not sign',
    check: 'reveal',
    edit: { signer: { 'refused/1': () => keyOf('somebody').signer } },
  },
  {
    name: "a submission signed with another bidder's key",
    check: 'submissions',
    edit: { signer: { 'submission/1': (s, { nth }) => (nth === 0 ? keyOf('key of bidder-5').signer : s) } },
  },
  {
    name: 'a submission that was made for another tender',
    check: 'submissions',
    edit: {
      payload: {
        'submission/1': (p, { nth }) => {
          if (nth === 0) p.tender = 'R26BK00000001'
        },
      },
    },
  },
  {
    name: 'a withdrawal dropped from the list, when a later act counts it',
    check: 'submissions',
    says: /Of 2 acts of bidder-2, 1 are not/,
    edit: { before: { closed: (f) => void f.sealedActs.splice(2, 1) } },
  },
  {
    name: 'a bidder dropped from the technical opening list',
    check: 'opening-list-technical',
    says: /bidder-3.* missing/,
    edit: {
      payload: {
        'opening.list/1': (p, { nth, forge: f }) => {
          if (nth === 0) p.eids = p.eids.filter((e) => e !== eid(f, 'bidder-3', 'technical'))
        },
      },
    },
  },
  {
    name: 'a replaced bid on the technical opening list',
    check: 'opening-list-technical',
    says: /no bid that counts/,
    edit: {
      payload: {
        'opening.list/1': (p, { nth, forge: f }) => {
          const old = [...f.envelopes.keys()].find((e) => f.envelopes.get(e)?.bid.bidder === WITHDRAWN)!
          if (nth === 0) p.eids = sortedEids([...p.eids, old])
        },
      },
      steps: (s) => s.slice(0, 8),
    },
  },
  {
    name: 'a technical opening list out of order',
    check: 'opening-list-technical',
    edit: {
      payload: {
        'opening.list/1': (p, { nth }) => {
          if (nth === 0) p.eids.reverse()
        },
      },
    },
  },
  {
    name: 'a bidder dropped from the price opening list',
    check: 'opening-list-price',
    edit: {
      payload: {
        'opening.list/1': (p, { nth, forge: f }) => {
          if (nth === 1) p.eids = p.eids.filter((e) => e !== eid(f, 'bidder-4', 'price'))
        },
      },
    },
  },
  {
    name: 'a release signed by another custodian',
    check: 'releases-technical',
    edit: { signer: { 'release/1': (s, { nth }) => (nth === 2 ? keyOf(CUSTODIANS[0]!).signer : s) } },
  },
  {
    name: 'a release for another opening list',
    check: 'releases-price',
    edit: {
      payload: {
        'release/1': (p, { nth }) => {
          if (nth === 3) p.list = b64u(P.sha256(utf8('list')))
        },
      },
    },
  },
  {
    name: 'price keys turned before the scores were locked',
    check: 'releases-price',
    says: /before scores\.locked\/1/,
    edit: {
      steps: (s) => {
        const late: Step[] = s.filter((x) => x !== 'locked')
        late.splice(late.indexOf('release price') + 1, 0, 'locked')
        return late
      },
    },
  },
  {
    name: 'a custodian that releases twice',
    check: 'releases-technical',
    edit: {
      payload: {
        'release/1': (p, { nth }) => {
          if (nth === 1) p.x = 1
        },
      },
      signer: { 'release/1': (s, { nth }) => (nth === 1 ? keyOf(CUSTODIANS[0]!).signer : s) },
    },
  },
  {
    name: 'a false share that no incident names',
    check: 'envelopes-price',
    says: /bidders-chamber released a false share/,
    edit: {
      payload: {
        'release/1': (p, { nth }) => {
          if (nth === 4) p.shares[1]!.y = b64u(P.sha256(utf8('lie')))
        },
      },
    },
  },
  {
    name: 'a price that is not the one in the envelope',
    check: 'envelopes-price',
    says: /content/,
    edit: {
      payload: {
        'opening.result/1': (p) => {
          if (p.kind === 'price' && p.results[0]!.bidder === 'bidder-2') p.results[0]!.body!.amount = '95000000'
        },
      },
    },
  },
  ...[0, 3].map(
    (nth): Case => ({
      name: `a technical proposal that is not the one in the envelope (${nth})`,
      check: 'envelopes-technical',
      edit: {
        payload: {
          'opening.result/1': (p, at) => {
            if (at.nth === nth) p.results[0]!.body!.approach = 'something better'
          },
        },
      },
    }),
  ),
  {
    name: 'a valid envelope called malformed',
    check: 'envelopes-technical',
    says: /recorded as malformed; opened again it is valid/,
    edit: {
      payload: {
        'opening.result/1': (p, { nth }) => {
          if (nth === 1) Object.assign(p.results[0]!, { state: 'malformed', body: null })
        },
      },
    },
  },
  {
    name: "a bid inside its envelope that its bidder's key did not sign, called valid",
    check: 'envelopes-technical',
    edit: { signer: { 'bid/1': (s, { nth }) => (nth === 0 ? keyOf('key of bidder-5').signer : s) } },
  },
  {
    name: 'the result of a listed envelope left out',
    check: 'envelopes-price',
    edit: { before: { evaluation: (f) => void f.entries.splice(f.indexesOf('opening.result/1').at(-1)!, 1) } },
  },
  {
    name: 'an envelope with one other byte',
    check: 'envelopes-technical',
    says: /not the file that was sealed/,
    files: (f) => {
      const path = [...f.files].find(
        ([, bytes]) => bytes === f.envelopes.get(eid(f, 'bidder-1', 'technical'))?.bytes,
      )![0]
      f.files.set(path, flip(f.files.get(path)!, 5000))
    },
  },
  {
    name: 'an envelope that is not served',
    check: 'envelopes-price',
    says: /bidder-6 is not published/,
    files: (f) => {
      const path = [...f.files].find(([, bytes]) => bytes === f.envelopes.get(eid(f, 'bidder-6', 'price'))?.bytes)![0]
      f.files.delete(path)
    },
  },
  {
    name: 'a pool of evaluators that the notice does not know',
    check: 'committee',
    says: /about a draw of evaluators that the notice does not know/,
    edit: {
      before: {
        closed: (f) => void f.logPlain('pool.committed/1', '-', '-', { tender: TENDER, lot: '1', strata: [] }),
      },
    },
  },
  {
    name: 'a planned price where the rule draws none',
    check: 'planned-price',
    says: /give no planned price; recorded is 404158750/,
    edit: {
      before: {
        evaluation: (f) =>
          void f.logPlain('planned.price/1', '-', '-', {
            tender: TENDER,
            lot: '1',
            prices: ['404158750'],
            slotOrder: [1],
            picks: [],
            picked: [0],
            slots: [1],
            amount: '404158750',
            steps: [],
          }),
      },
    },
  },
  {
    name: 'two labels exchanged',
    check: 'labels',
    edit: {
      payload: {
        'scores.locked/1': (p) => {
          const [a, b] = [p.labels[0]!, p.labels[1]!]
          ;[a.bidder, b.bidder] = [b.bidder, a.bidder]
        },
      },
    },
  },
  {
    name: 'a mark changed after the score was computed',
    check: 'scores',
    edit: {
      payload: {
        'scores.locked/1': (p) => {
          p.marks[6]!.mark = '1'
        },
      },
    },
  },
  {
    name: "an evaluator's mark left out",
    check: 'scores',
    says: /1 marks of evaluator E4/,
    edit: { payload: { 'scores.locked/1': (p) => void p.marks.splice(6, 1) }, steps: (s) => s.slice(0, 10) },
  },
  {
    name: 'a technical score that the marks do not give',
    check: 'scores',
    edit: {
      payload: {
        'scores.locked/1': (p) => {
          p.scores[2]!.technical = '89.9'
        },
      },
    },
  },
  {
    name: 'a figure of the ranking changed',
    check: 'ranking',
    edit: {
      any: (typ, p) => {
        if (typ === 'evaluation.result/1')
          (p.ranking as unknown as { rows: { total: string }[] }).rows[1]!.total = '90.096'
      },
    },
  },
  {
    name: 'a working of the ranking changed',
    check: 'ranking',
    edit: {
      any: (typ, p) => {
        const { rows } = (p.ranking ?? { rows: [] }) as unknown as { rows: { steps: { working: string }[] }[] }
        if (typ === 'evaluation.result/1') rows[0]!.steps[0]!.working = 'trust me'
      },
    },
  },
  {
    name: 'a ranking by another rule',
    check: 'ranking',
    edit: {
      payload: {
        'evaluation.result/1': (p) => {
          p.ruleHash = b64u(P.sha256(utf8('rule')))
        },
      },
    },
  },
  {
    name: 'an award to the second',
    check: 'award',
    says: /bidder-2 was awarded/,
    edit: {
      payload: {
        'award/1': (p) =>
          void Object.assign(p, { bidder: 'bidder-2', amount: { amount: '98000000', currency: 'KRW' } }),
      },
    },
  },
  {
    name: 'an award at another price',
    check: 'award',
    edit: {
      payload: {
        'award/1': (p) => {
          p.amount.amount = '109000000'
        },
      },
    },
  },
  {
    name: 'an award before the ranking',
    check: 'order',
    says: /the award came before the ranking/,
    edit: { steps: (s) => [...s.slice(0, -2), 'award', 'evaluation'] },
  },
  {
    name: 'a second award',
    check: 'order',
    says: /second award\/1/,
    edit: { steps: (s) => [...s, 'award'] },
  },
  {
    name: 'bids that came before the keys they are sealed to',
    check: 'order',
    edit: {
      before: {
        // The entries of the keysets move behind the sealed ones.
        closed: (f) => {
          const [, a, b] = f.indexesOf('tender.keyset/1') as [number, number, number]
          const moved = f.entries.splice(a, b - a + 1)
          f.entries.push(...moved)
          for (const act of f.sealedActs) act.index -= moved.length
        },
      },
    },
  },
  {
    name: 'an award that a second person did not approve',
    check: 'second-person',
    says: /no second person approved/,
    edit: { unsigned: (f) => void f.entries.splice(f.indexesOf('approval/1')[0]!, 1) },
  },
  {
    name: 'an answer to a question that nobody asked',
    check: 'clarifications',
    says: /no such question had been sealed/,
    edit: {
      before: {
        closed: (f) => {
          const statement = questionStatement(TENDER, b64u(P.sha256(utf8('nobody'))), 'Was this ever asked?')
          return f.clarify({ statement, salt: b64u(P.sha256(utf8('salt'))) })
        },
      },
    },
  },
  {
    name: 'an award over an objection that was not decided',
    check: 'complaints',
    says: /had not been dismissed/,
    edit: { before: { award: (f) => f.object() } },
  },
  {
    name: 'a server without a published receipt key',
    check: 'receipt-key',
    edit: {
      payload: {
        'actor.key/1': (p, { nth }) => {
          if (nth === 0) p.id = 'something else'
        },
      },
    },
  },
]

describe('one thing written otherwise', () => {
  test.each(CASES)('$name fails $check and nothing else', async ({ check, says, edit, files }) => {
    const log = await forge(edit)
    await files?.(log)
    const checks = await auditOf(log)
    expect(failed(checks)).toEqual([check])
    if (says) expect(saysOf(checks, check)).toMatch(says)
    expect(checks.map((c) => c.check)).toEqual([...CHECKS])
  })

  test('every check but none other has a case that makes it fail', () => {
    expect([...new Set(CASES.map((c) => c.check))].sort()).toEqual([...CHECKS].sort())
  })
})

describe('an honest record', () => {
  test('passes every check that can be made without witnesses', async () => {
    const checks = await auditOf(await forge())
    expect(checks.filter((c) => c.verdict !== 'ok').map((c) => c.check)).toEqual([NEVER_WITHOUT_WITNESSES])
    expect(saysOf(checks, 'award')).toContain('bidder-1')
  })

  test('is audited by the policy that the reader brings, which another log key does not satisfy', async () => {
    const log = await forge()
    const other = policyOf(P.sha256(utf8('another')))
    expect(failed(await auditOf(log, other))).toEqual(['checkpoint'])
    expect(saysOf(await auditOf(log, policyOf(P.sha256(utf8('forge log')))), 'policy')).toContain('you gave')
  })

  test('names a custodian convicted of a false share, and stands when an incident names it too', async () => {
    const log = await forge({
      payload: {
        'release/1': (p, { nth }) => {
          if (nth === 4) p.shares[1]!.y = b64u(P.sha256(utf8('lie')))
        },
      },
      before: {
        evaluation: (f) =>
          f.logPlain('incident/1', AGENCY, '-', {
            tender: TENDER,
            lot: '1',
            reasons: ['custodian-convicted'],
            acts: [],
            newDeadline: null,
            facts: { custodian: CUSTODIANS[1]!, eid: 'x' },
          }),
      },
    })
    const checks = await auditOf(log)
    expect(failed(checks)).toEqual([])
    expect(saysOf(checks, 'envelopes-price')).toContain('Convicted of a false share: bidders-chamber')
  })

  test('may postpone its deadline by an incident before the close', async () => {
    const deadline = '2026-03-10T06:00:00Z'
    const log = await forge({
      before: {
        closed: (f) =>
          f.logPlain('incident/1', AGENCY, '-', {
            tender: TENDER,
            lot: '1',
            reasons: ['clock-late'],
            acts: [],
            newDeadline: deadline,
            facts: {},
          }),
      },
      payload: {
        'tender.closed/1': (p) => {
          p.deadline = deadline
        },
      },
      closedAt: '2026-03-10T06:00:01Z',
    })
    expect(failed(await auditOf(log))).toEqual([])
  })

  test('may let a late close stand by the word of an overseer whom its notice names', async () => {
    const log = await forge({ before: { reveal: (f) => f.override() } })
    const checks = await auditOf(log)
    expect(failed(checks)).toEqual([])
    expect(checks.find((c) => c.check === 'notice')?.says.en).toContain('Overseen, by the notice, by audit-office')
  })

  test('cannot show that a first act was kept off the closing list: only its bidder, with a receipt, can', async () => {
    const log = await forge({
      before: {
        closed: (f) => {
          f.sealedActs.splice(0, 1)
          f.effective.delete(BIDDERS[0]!.id)
        },
      },
    })
    expect(failed(await auditOf(log))).toEqual([])
  })
})

describe('a tender under way', () => {
  test.each([
    [2, 'notice'],
    [3, 'keysets'],
    [4, 'receipt-key'],
    [5, 'closing-list'],
    [6, 'submissions'],
    [7, 'opening-list-technical'],
    [8, 'releases-technical'],
    [9, 'envelopes-technical'],
    [10, 'scores'],
    [11, 'opening-list-price'],
    [12, 'releases-price'],
    [13, 'envelopes-price'],
    [14, 'ranking'],
  ] as const)('after %i steps is audited up to %s, and nothing later fails', async (steps, last) => {
    const checks = await auditOf(await forge({ steps: (s) => s.slice(0, steps) }))
    expect(failed(checks)).toEqual([])
    expect(checks.find((c) => c.check === last)?.verdict).toBe('ok')
    expect(saysOf(checks, 'award')).toBe('Not there yet.')
  })

  test('that failed for lack of bids stands when there were too few, and not when there were enough', async () => {
    const ended = { tender: TENDER, lot: '1', reasons: ['too-few-bids'] }
    const edit = (minBids: number): Edit => ({
      payload: {
        'tender.notice/1': (p) => {
          p.notice.minBids = minBids
        },
      },
      steps: (s) => s.slice(0, 6),
      unsigned: (f) => void f.logPlain('tender.failed/1', AGENCY, '-', ended),
    })
    const right = await auditOf(await forge(edit(7)))
    expect(failed(right)).toEqual([])
    expect(right.find((c) => c.check === 'award')?.verdict).toBe('ok')
    expect(saysOf(right, 'ranking')).toBe('The tender ended before it came to this.')
    expect(failed(await auditOf(await forge(edit(6))))).toEqual(['award'])
  })

  test('that was cancelled has nothing left to do, and an award after it is out of order', async () => {
    const cancel = (f: Forge) => f.cancel()
    expect(failed(await auditOf(await forge({ steps: (s) => s.slice(0, 4), unsigned: cancel })))).toEqual([])
    const awarded = await auditOf(await forge({ before: { award: cancel } }))
    expect(failed(awarded)).toEqual(['order'])
  })
})
