// Who gets in where? Every endpoint, in every role, own agency and other, at every stage of a tender: the table below is what is expected,
// written by hand, and whatever it does not say is a refusal.
import { io } from 'socket.io-client'
import { describe, expect, test } from 'vitest'
import { cancel, type Person } from '../../scripts/person.ts'
import { ENDPOINTS, type EndpointId } from '../../src/api/endpoints.ts'
import { FROM_CLIENT, LIVE_PATH, type Tail } from '../../src/api/live.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u } from '../../src/proof/bytes.ts'
import { ABOUT, ask, REQUESTS } from '../support/requests.ts'
import { makeWorld } from '../support/world.ts'

const world = await makeWorld({ suppliers: 2, evaluators: 8 })
const [nobody, administrator] = await world.add([
  { id: 'nobody-1', org: 'pool', role: 'supplier' },
  { id: 'administrator-1', org: 'firm-1', role: 'administrator' },
])
await world.db.withTx(({ tx }) => tx.execute(`UPDATE account SET roles = '{}' WHERE id = 'nobody-1'`))

const WHO = {
  anonymous: null,
  'no role': nobody as Person,
  supplier: world.supplier(2),
  'own officer': world.officer,
  'other officer': world.stranger,
  'own approver': world.approver,
  'committee member': world.evaluators[0] as Person,
  'other evaluator': world.evaluators[7] as Person,
  administrator: administrator as Person,
  auditor: world.auditor,
  operator: world.operator,
} satisfies Record<string, Person | null>
type Who = keyof typeof WHO

/** Who gets in, besides whom everybody else is refused: without a session by 401, with one by 403. */
const PUBLIC = 'public'
const SIGNED_IN = 'signed in'
type Row = typeof PUBLIC | typeof SIGNED_IN | { in: Who[]; byRelation?: Who[] }

/** `byRelation`: has the role and stands to another tender than this one; where the tender is no more than a draft it is not there at all. */
const OWN: Row = { in: ['own officer'], byRelation: ['other officer'] }
const ANY_OFFICER: Row = { in: ['own officer', 'other officer'] }
const COMMITTEE: Row = { in: ['committee member'], byRelation: ['other evaluator'] }
const EVALUATORS: Row = { in: ['committee member', 'other evaluator'] }
const BIDDER: Row = { in: ['supplier'] }
const ADMINISTRATOR: Row = { in: ['administrator'] }

const EXPECTED: Record<EndpointId, Row> = {
  readTime: PUBLIC,
  signIn: PUBLIC,
  refreshSession: PUBLIC,
  signOut: PUBLIC,
  readMe: SIGNED_IN,
  startPasskey: PUBLIC,
  finishSignIn: PUBLIC,
  listSessions: SIGNED_IN,
  endSession: SIGNED_IN,
  endSessions: SIGNED_IN,
  startStepUp: SIGNED_IN,
  stepUp: SIGNED_IN,
  readSecurity: SIGNED_IN,
  beginTotp: SIGNED_IN,
  confirmTotp: SIGNED_IN,
  removeTotp: SIGNED_IN,
  renewRecoveryCodes: SIGNED_IN,
  beginPasskey: SIGNED_IN,
  addPasskey: SIGNED_IN,
  removePasskey: SIGNED_IN,
  changePassword: SIGNED_IN,
  requestReset: PUBLIC,
  resetPassword: PUBLIC,
  requestVerification: SIGNED_IN,
  verifyEmail: PUBLIC,
  listProviders: PUBLIC,
  startProvider: PUBLIC,
  finishProvider: PUBLIC,
  linkProvider: SIGNED_IN,
  unlinkProvider: SIGNED_IN,
  readOutbox: { in: ['operator'] },
  enrolKey: SIGNED_IN,
  listKeys: SIGNED_IN,
  revokeKey: SIGNED_IN,
  readMyData: SIGNED_IN,
  changeMyData: SIGNED_IN,
  listReadings: SIGNED_IN,
  exportMyData: SIGNED_IN,
  eraseMyData: SIGNED_IN,
  findPerson: { in: ['operator'] },
  listReadingMonths: { in: ['operator'] },
  readReadingMonth: { in: ['operator'] },
  signOffReadings: { in: ['operator'] },
  listEvaluators: ANY_OFFICER,
  enrolCustodian: { in: ['operator'] },
  listCustodians: PUBLIC,
  proposeReplacement: OWN,
  rotateCustodian: PUBLIC,
  recoverCustodian: { in: ['auditor'] },
  offerPrekeys: PUBLIC,
  createTender: ANY_OFFICER,
  editTender: OWN,
  addLot: OWN,
  leaveLots: OWN,
  readDraft: OWN,
  listTenders: PUBLIC,
  readTender: PUBLIC,
  proposeKeysets: OWN,
  publishTender: OWN,
  cancelTender: OWN,
  lodgeComplaint: BIDDER,
  decideComplaint: { in: ['auditor'] },
  askQuestion: BIDDER,
  listOwnQuestions: BIDDER,
  listQuestions: OWN,
  answerQuestion: OWN,
  readEvents: PUBLIC,
  submitBid: BIDDER,
  withdrawBid: BIDDER,
  readOutcome: BIDDER,
  readOwnBids: BIDDER,
  listOwnBids: BIDDER,
  listReceipts: BIDDER,
  readProof: PUBLIC,
  beginUpload: BIDDER,
  listUploads: BIDDER,
  readUpload: BIDDER,
  sendUpload: BIDDER,
  dropUpload: BIDDER,
  listFiles: PUBLIC,
  readSealedFile: PUBLIC,
  restoreFile: PUBLIC,
  readFile: PUBLIC,
  proveDrop: BIDDER,
  restoreEnvelope: PUBLIC,
  proposeRekey: { in: ['auditor'] },
  orderRekey: { in: ['auditor'] },
  readRekey: PUBLIC,
  answerRekey: BIDDER,
  readAuction: BIDDER,
  bidInAuction: BIDDER,
  releaseShares: PUBLIC,
  clearCustodian: PUBLIC,
  readSheet: COMMITTEE,
  signSheet: COMMITTEE,
  listAssignments: EVALUATORS,
  giveMarks: COMMITTEE,
  giveQuantitative: OWN,
  readMarking: OWN,
  readOwnFields: EVALUATORS,
  saveOwnFields: EVALUATORS,
  listStatedFields: { in: ['operator'] },
  decideField: { in: ['operator'] },
  readPoolSizes: ANY_OFFICER,
  listCalls: EVALUATORS,
  declareInterests: EVALUATORS,
  contributeToDraw: PUBLIC,
  proposeLock: OWN,
  lockScores: OWN,
  awardTender: OWN,
  examineBidder: OWN,
  extendTender: OWN,
  amendTender: OWN,
  listProposals: SIGNED_IN,
  readProposal: SIGNED_IN,
  proposeApproval: SIGNED_IN,
  approveProposal: SIGNED_IN,
  declineProposal: SIGNED_IN,
  withdrawProposal: SIGNED_IN,
  registerOrganisation: PUBLIC,
  readOwnOrganisation: SIGNED_IN,
  submitRegistration: ADMINISTRATOR,
  addDocument: ADMINISTRATOR,
  readDocument: SIGNED_IN,
  declareFact: ADMINISTRATOR,
  endFact: ADMINISTRATOR,
  listReviews: { in: ['operator'] },
  readReview: { in: ['operator'] },
  decideRegistration: { in: ['operator'] },
  decideFact: { in: ['operator'] },
  suspendOrganisation: { in: ['operator'] },
  restoreOrganisation: { in: ['operator'] },
  listExclusions: PUBLIC,
  declareExclusion: { in: ['own officer', 'other officer', 'auditor'] },
  liftExclusion: { in: ['own officer', 'other officer', 'auditor'] },
  listPeople: ADMINISTRATOR,
  invite: ADMINISTRATOR,
  withdrawInvitation: ADMINISTRATOR,
  acceptInvitation: PUBLIC,
  grantRoles: ADMINISTRATOR,
  endRole: ADMINISTRATOR,
  delegate: ADMINISTRATOR,
  endDelegation: ADMINISTRATOR,
  leave: SIGNED_IN,
  exportPeople: ADMINISTRATOR,
  readPeopleExport: ADMINISTRATOR,
  declareIncident: { in: ['auditor'] },
  readCheckpoint: PUBLIC,
  readCovering: PUBLIC,
  readEntryProof: PUBLIC,
  listHeads: PUBLIC,
  readPolicyFile: PUBLIC,
  readTile: PUBLIC,
  readYearCheckpoint: PUBLIC,
  readYearPolicy: PUBLIC,
  readYearTile: PUBLIC,
  readPayload: PUBLIC,
  readOpenApi: PUBLIC,
  readProblem: PUBLIC,
  readHealth: PUBLIC,
}

type Verdict = 'in' | 'sign in' | 'forbidden' | 'not there'

/** Endpoints about one tender, for which a draft of another agency is as if it were not there. */
const ofTender = (id: EndpointId): boolean => ENDPOINTS[id].path.includes('/tenders/:no')

function expected(id: EndpointId, who: Who, draft: boolean): Verdict {
  const row = EXPECTED[id]
  // A draft has no log yet, not even for its own officer, and nothing to contribute to or restore; a release is judged by its signature, whatever it is for.
  const own = who === 'own officer' || who === 'own approver'
  const hidden =
    draft &&
    ofTender(id) &&
    id !== 'releaseShares' &&
    (!own ||
      [
        'readEvents',
        'listFiles',
        'contributeToDraw',
        'restoreEnvelope',
        'restoreFile',
        'readRekey',
        'clearCustodian',
      ].includes(id))
  if (row === PUBLIC) return hidden ? 'not there' : 'in'
  if (who === 'anonymous') return 'sign in'
  if (row === SIGNED_IN) return 'in'
  if (row.in.includes(who)) return hidden ? 'not there' : 'in'
  if (row.byRelation?.includes(who)) return hidden ? 'not there' : 'forbidden'
  return 'forbidden'
}

async function verdict(id: EndpointId, no: string, person: Person | null): Promise<{ verdict: Verdict; text: string }> {
  const key = b64u(P.random(18))
  const { status, text } = await ask(world, id, { ...ABOUT, no, key }, person?.token)
  const codes = status >= 400 ? (JSON.parse(text).errors as { code: string }[]).map((e) => e.code) : []
  if (codes.includes('sign-in-first')) return { verdict: 'sign in', text }
  if (codes.includes('forbidden')) return { verdict: 'forbidden', text }
  // What is asked of the log by an address that is none is not there for anybody.
  if (codes.includes('not-found') && ofTender(id)) return { verdict: 'not there', text }
  return { verdict: 'in', text }
}

const no = {
  draft: await world.draft(),
  published: await world.publish(),
  closed: await world.publish(),
  evaluating: await world.publish(),
  ranked: await world.publish(),
  awarded: await world.publish(),
  cancelled: await world.publish(),
}
for (const state of ['evaluating', 'ranked', 'awarded'] as const) {
  await world.bid(no[state], world.supplier(1))
}
await world.tick()
for (const state of ['closed', 'evaluating', 'ranked', 'awarded'] as const) await world.bring(no[state], state)
const statement = 'Cancelled for the sake of this test'
await cancel(world.officer, world.approver, no.cancelled, statement)

const ids = Object.keys(ENDPOINTS) as EndpointId[]

/** What begins a session, or needs none, does not look at one. */
const OF_NO_SESSION: EndpointId[] = [
  'signIn',
  'refreshSession',
  'finishSignIn',
  'requestReset',
  'resetPassword',
  'startProvider',
  'finishProvider',
  'registerOrganisation',
  'acceptInvitation',
]

describe('AUT-1 who gets in', () => {
  test('the table has a row for each endpoint', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...ids].sort())
    expect(Object.keys(REQUESTS).sort()).toEqual([...ids].sort())
  })

  test.each(Object.entries(no))('%s', { timeout: 120_000 }, async (state, of) => {
    const wrong: string[] = []
    for (const id of ids) {
      // What is not about a tender is asked once.
      if (!ofTender(id) && state !== 'draft') continue
      for (const who of Object.keys(WHO) as Who[]) {
        const found = await verdict(id, of, WHO[who])
        const right = expected(id, who, state === 'draft')
        if (found.verdict !== right)
          wrong.push(`${id} by ${who}: ${found.verdict}, not ${right}: ${found.text.slice(0, 200)}`)
      }
    }
    expect(wrong).toEqual([])
    // Nothing of all that moved a tender.
    expect((await world.view(of, world.officer)).state).toBe(state)
  })

  test('AUT-2 a draft of another agency is refused in the same words as a number that nobody has', async () => {
    const same = (text: string) =>
      text
        .replace(/"instance":"[^"]*"/, '')
        .replaceAll(no.draft, 'NO')
        .replaceAll('R26BK99999999', 'NO')
    for (const id of ids.filter(ofTender)) {
      for (const who of Object.keys(WHO) as Who[]) {
        if (who === 'own officer' || who === 'own approver') continue
        const [hidden, absent] = [await verdict(id, no.draft, WHO[who]), await verdict(id, 'R26BK99999999', WHO[who])]
        expect([id, who, same(hidden.text)]).toEqual([id, who, same(absent.text)])
      }
    }
  })

  test('a session that has ended gets in nowhere, not even where everybody does', async () => {
    const [late] = await world.add([{ id: 'officer-9', org: 'gaon-city', role: 'officer' }])
    await world.db.withTx(({ tx }) =>
      tx.execute(`UPDATE sign_in SET ended_at = clock_timestamp() WHERE account = 'officer-9'`),
    )
    for (const id of ids) {
      // Signing in does not ask who one was before.
      if (OF_NO_SESSION.includes(id)) continue
      const { status, text } = await ask(world, id, { ...ABOUT, no: no.published }, late?.token)
      expect([id, status, text.includes('"bad-token"')]).toEqual([id, 401, true])
    }
  })
})

/** What is asked over a live connection about a tender, by each thing that a client may say. */
const ASKED: { [E in keyof typeof FROM_CLIENT]: (of: string) => unknown[] } = {
  watch: (of) => [of],
  since: (of) => [{ no: of, after: -1 }],
  unwatch: (of) => [of],
  'watch-log': () => [],
}

describe('AUT-1 who hears what over a live connection', () => {
  const places = { ...no, absent: 'R26BK99999999' }
  type Heard = Record<keyof typeof places, Record<keyof typeof FROM_CLIENT, unknown>>

  async function heardBy(person: Person | null): Promise<Heard> {
    const socket = io(world.url, {
      path: LIVE_PATH,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      ...(person ? { auth: { token: person.token } } : {}),
    })
    try {
      const heard: Partial<Heard> = {}
      for (const [state, of] of Object.entries(places) as [keyof typeof places, string][]) {
        const answers = {} as Heard[typeof state]
        for (const [event, said] of Object.entries(ASKED) as [keyof typeof FROM_CLIENT, (typeof ASKED)['watch']][])
          answers[event] = await socket.timeout(30_000).emitWithAck(event, ...said(of))
        heard[state] = answers
      }
      return heard as Heard
    } finally {
      socket.disconnect()
    }
  }

  test('everybody hears the same, in every role and none: what is published, and of a draft as much as of a number that nobody has', {
    timeout: 120_000,
  }, async () => {
    expect(Object.keys(ASKED).sort()).toEqual(Object.keys(FROM_CLIENT).sort())
    const anybody = await heardBy(null)
    expect(anybody.draft).toEqual(anybody.absent)
    // The control: where there is something to hear, it is heard.
    for (const state of ['published', 'closed', 'evaluating', 'ranked', 'awarded', 'cancelled'] as const)
      expect([state, (anybody[state].since as Tail).events.length > 0]).toEqual([state, true])
    for (const who of Object.keys(WHO) as Who[]) expect([who, await heardBy(WHO[who])]).toEqual([who, anybody])
  })
})
