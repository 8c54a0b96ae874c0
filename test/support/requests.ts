// What is a request like, for each endpoint? One that its contract takes, about one tender. Tests that go over all endpoints go over
// this table: an endpoint without a row does not compile, and is named by the tests that count.
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS, type EndpointId } from '../../src/api/endpoints.ts'
import type { World } from './world.ts'

export type Asked = {
  params?: Record<string, string>
  query?: Record<string, string | number>
  body?: unknown
  headers?: Record<string, string>
}

/** What a request is about. */
export type About = { no: string; c: string; key: string; hash: string; id: string }

const ZEROS = 'A'.repeat(43)
/** In the form of a compact JWS, and signed by nobody. */
export const NO_JWS = 'eyJ4IjoxfQ.eyJ4IjoxfQ.AAAA'
export const ABOUT: Omit<About, 'no'> = { c: ZEROS, key: 'k'.repeat(24), hash: '0'.repeat(64), id: '0'.repeat(20) }

/** In the form of a passkey's registration, and made by none. */
const NO_PASSKEY = {
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key',
  response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' },
  clientExtensionResults: {},
}

const TUS = { 'tus-resumable': '1.0.0' }
const NO_UPLOAD = 'A'.repeat(22)

const ofTender = ({ no }: About): Asked => ({ params: { no } })
const marks = { marks: [{ bidder: 'A', item: 'strategy-method', mark: '1', comment: '' }] }

const DETAILS = { nameKo: '가', nameEn: 'x', scheme: 'KR-BRN' }

/** Acts are asked for in a way that is refused, or does nothing, in whatever state the tender is. */
export const REQUESTS: Record<EndpointId, (about: About, world: World) => Asked> = {
  readTime: () => ({}),
  signIn: () => ({ body: { email: 'nobody@nowhere.example', password: 'x' } }),
  refreshSession: () => ({}),
  signOut: () => ({}),
  readMe: () => ({}),
  startPasskey: () => ({ body: {} }),
  finishSignIn: () => ({ body: { ticket: ZEROS, code: '000000' } }),
  listSessions: () => ({}),
  endSession: () => ({ params: { id: 'A'.repeat(22) } }),
  endSessions: () => ({ query: { keep: 'current' } }),
  startStepUp: () => ({ body: {} }),
  stepUp: () => ({ body: { ticket: ZEROS, code: '000000' } }),
  readSecurity: () => ({}),
  beginTotp: () => ({ body: {} }),
  confirmTotp: () => ({ body: { code: '000000' } }),
  removeTotp: () => ({}),
  renewRecoveryCodes: () => ({ body: {} }),
  beginPasskey: () => ({ body: {} }),
  addPasskey: () => ({ body: { ticket: ZEROS, name: 'x', passkey: NO_PASSKEY } }),
  removePasskey: () => ({ params: { id: 'AAAA' } }),
  changePassword: () => ({ body: { current: 'x', password: 'x' } }),
  requestReset: () => ({ body: { email: 'nobody@nowhere.example' } }),
  resetPassword: () => ({ body: { token: ZEROS, password: 'x' } }),
  requestVerification: () => ({ body: {} }),
  verifyEmail: () => ({ body: { token: ZEROS } }),
  listProviders: () => ({}),
  startProvider: () => ({ params: { name: 'nobody' }, body: {} }),
  finishProvider: () => ({ params: { name: 'nobody' }, body: { query: '' } }),
  linkProvider: () => ({ params: { name: 'nobody' }, body: { query: '' } }),
  unlinkProvider: () => ({ params: { name: 'nobody' } }),
  readOutbox: () => ({}),
  enrolKey: () => ({ body: { jws: NO_JWS } }),
  listKeys: () => ({}),
  revokeKey: () => ({ params: { kid: ZEROS }, body: { reason: 'lost' } }),
  readMyData: () => ({}),
  changeMyData: () => ({ body: { phone: null, bankAccount: null, identityNumber: null } }),
  listReadings: () => ({}),
  exportMyData: () => ({ body: {} }),
  eraseMyData: () => ({ body: { account: 'somebody-else' } }),
  findPerson: () => ({ body: { by: 'phone', value: '+82 2 000 0000', purpose: 'A test of the contract' } }),
  listReadingMonths: () => ({}),
  readReadingMonth: () => ({ params: { month: '2026-01' } }),
  signOffReadings: () => ({ params: { month: '2026-01' }, body: { statement: 'Nothing stood out.' } }),
  listEvaluators: () => ({}),
  enrolCustodian: () => ({ body: { jws: NO_JWS } }),
  listCustodians: () => ({}),
  proposeReplacement: ({ no }) => ({ params: { no }, query: { custodians: '', deadline: '2030-01-01T00:00:00Z' } }),
  rotateCustodian: () => ({ params: { id: 'custodian-1' }, body: { jws: NO_JWS } }),
  recoverCustodian: () => ({
    params: { id: 'custodian-1' },
    body: { request: NO_JWS, vouched: NO_JWS, statement: 'short', jws: NO_JWS },
  }),
  offerPrekeys: () => ({ params: { id: 'custodian-1' }, body: { jws: NO_JWS } }),
  createTender: (_, world) => ({ body: { ...world.draftOf(), evaluators: ['nobody-1'] } }),
  editTender: ({ no }, world) => ({ params: { no }, body: world.draftOf() }),
  addLot: ({ no }, world) => {
    const { title, summary } = world.draftOf().notice
    return { params: { no }, body: { title, summary } }
  },
  leaveLots: ofTender,
  readDraft: ofTender,
  listTenders: ({ no }) => ({ query: { text: no, per: 100 } }),
  readTender: ofTender,
  proposeKeysets: ofTender,
  publishTender: ({ no }) => ({
    params: { no },
    body: { notice: NO_JWS, keysets: { technical: NO_JWS, price: NO_JWS } },
  }),
  lodgeComplaint: ({ no }) => ({ params: { no }, body: { ground: 'other', reasons: 'short', jws: NO_JWS } }),
  decideComplaint: ({ no, c }) => ({
    params: { no, c },
    body: { outcome: 'dismissed', reasons: 'short', jws: NO_JWS },
  }),
  askQuestion: ({ no }) => ({ params: { no }, body: { text: 'short' } }),
  listOwnQuestions: ofTender,
  listQuestions: ofTender,
  answerQuestion: ({ no }) => ({ params: { no }, body: { question: null, answer: 'x', jws: NO_JWS } }),
  cancelTender: ({ no }) => ({ params: { no }, body: { statement: 'short', jws: NO_JWS } }),
  readEvents: ({ no }) => ({ params: { no }, query: { limit: 1000 } }),
  submitBid: ({ no, key }) => ({
    params: { no },
    body: { jws: NO_JWS, salt: ZEROS, envelopes: { technical: '{}', price: '{}' } },
    headers: { 'idempotency-key': `${key}s`.slice(-40) },
  }),
  withdrawBid: ({ no, key }) => ({
    params: { no },
    body: { jws: NO_JWS, salt: ZEROS },
    headers: { 'idempotency-key': `${key}w`.slice(-40) },
  }),
  readOutcome: ({ no, key }) => ({ params: { no, key } }),
  readOwnBids: ofTender,
  listOwnBids: () => ({}),
  listReceipts: () => ({}),
  beginUpload: ({ no }) => ({
    params: { no },
    headers: {
      ...TUS,
      'upload-length': '1',
      'upload-metadata': `ct ${Buffer.from('A'.repeat(43)).toString('base64')}`,
    },
  }),
  listUploads: ofTender,
  readUpload: () => ({ params: { id: NO_UPLOAD } }),
  sendUpload: () => ({
    params: { id: NO_UPLOAD },
    headers: { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
  }),
  dropUpload: () => ({ params: { id: NO_UPLOAD }, headers: TUS }),
  listFiles: ofTender,
  readSealedFile: () => ({ params: { ct: ZEROS } }),
  restoreFile: ({ no }) => ({
    params: { no, ct: ZEROS },
    headers: { 'content-type': 'application/octet-stream' },
  }),
  readFile: () => ({ params: { eid: ZEROS, n: '1' } }),
  readProof: ({ c }) => ({ params: { c } }),
  proveDrop: ({ no }) => ({
    params: { no },
    body: { jws: NO_JWS, salt: ZEROS, received: NO_JWS, envelopes: null },
  }),
  proposeRekey: ({ no }) => ({ params: { no }, query: { until: '2020-01-01T00:00:00Z', statement: 'short' } }),
  orderRekey: ({ no }) => ({
    params: { no },
    body: { custodians: [], until: '2020-01-01T00:00:00Z', statement: 'short', jws: NO_JWS, keysets: {} },
  }),
  readRekey: ofTender,
  readAuction: ofTender,
  bidInAuction: ({ no }) => ({ params: { no }, body: { jws: NO_JWS, salt: ZEROS } }),
  answerRekey: ({ no }) => ({ params: { no }, body: { jws: NO_JWS, envelopes: {} } }),
  restoreEnvelope: ({ no, c }) => ({ params: { no, eid: c }, body: { envelope: '{}' } }),
  clearCustodian: ({ no }) => ({ params: { no }, body: { jws: NO_JWS } }),
  releaseShares: ({ no }) => ({ params: { no }, body: { jws: NO_JWS } }),
  readSheet: ofTender,
  listAssignments: () => ({}),
  giveMarks: ({ no }) => ({ params: { no }, body: marks }),
  giveQuantitative: ({ no }) => ({ params: { no }, body: marks }),
  readMarking: ofTender,
  signSheet: ({ no }) => ({ params: { no }, body: { jws: NO_JWS } }),
  readOwnFields: () => ({}),
  saveOwnFields: () => ({ body: { fields: [] } }),
  listStatedFields: () => ({}),
  decideField: () => ({ params: { account: 'nobody', field: 'software' }, body: { verdict: 'confirmed' } }),
  readPoolSizes: () => ({ query: {} }),
  listCalls: () => ({}),
  declareInterests: ({ no }) => ({
    params: { no },
    body: { conflict: false, grounds: null, statement: '', jws: NO_JWS },
  }),
  contributeToDraw: ({ no }) => ({ params: { no }, body: { jws: NO_JWS, envelope: '{}' } }),
  proposeLock: ofTender,
  lockScores: ({ no }) => ({ params: { no }, body: { jws: NO_JWS } }),
  examineBidder: ({ no }) => ({
    params: { no },
    body: { bidder: 'nobody', scores: [{ part: 'ability', score: '1' }], statement: '', jws: NO_JWS },
  }),
  awardTender: ({ no }) => ({ params: { no }, body: { bidder: 'nobody', jws: NO_JWS } }),
  declareIncident: ({ no }) => ({
    params: { no },
    body: { reasons: ['closing-time-override'], statement: 'short', jws: NO_JWS },
  }),
  extendTender: ({ no }) => ({
    params: { no },
    body: { deadline: '2020-01-01T00:00:00Z', statement: 'short', jws: NO_JWS },
  }),
  amendTender: ({ no }, world) => ({
    params: { no },
    body: {
      rule: world.draftOf().rule,
      method: 'negotiation-national-90-10',
      budget: { amount: '1', currency: 'KRW' },
      deadline: '2020-01-01T00:00:00Z',
      statement: 'short',
      jws: NO_JWS,
      keysets: { price: NO_JWS },
    },
  }),
  listProposals: () => ({}),
  readProposal: ({ id }) => ({ params: { id } }),
  proposeApproval: ({ id }) => ({ params: { id } }),
  approveProposal: ({ id }) => ({ params: { id }, body: {} }),
  declineProposal: ({ id }) => ({ params: { id }, body: { statement: 'short' } }),
  withdrawProposal: ({ id }) => ({ params: { id } }),
  registerOrganisation: () => ({
    body: { ...DETAILS, number: '1', kind: 'supplier', person: { name: 'x', email: 'x@x', password: 'x' } },
  }),
  readOwnOrganisation: () => ({}),
  submitRegistration: () => ({ body: { ...DETAILS, number: '1' } }),
  addDocument: () => ({ body: { kind: 'registration', name: 'x.pdf', bytes: 'AAAA' } }),
  readDocument: ({ id }) => ({ params: { org: 'firm-1', id } }),
  declareFact: () => ({ body: { kind: 'size', value: {}, from: '2026-01-01', until: null } }),
  endFact: ({ id }) => ({ params: { id } }),
  listReviews: () => ({}),
  readReview: () => ({ params: { org: 'nobody' } }),
  decideRegistration: () => ({ params: { org: 'nobody' }, body: { verdict: 'verified' } }),
  decideFact: ({ id }) => ({ params: { org: 'nobody', id }, body: { verdict: 'verified' } }),
  suspendOrganisation: () => ({ params: { org: 'nobody' }, body: { statement: 'short' } }),
  restoreOrganisation: () => ({ params: { org: 'nobody' }, body: { statement: 'short' } }),
  listExclusions: () => ({}),
  declareExclusion: () => ({
    body: {
      org: 'nobody',
      from: '2020-01-01T00:00:00Z',
      until: '2020-01-01T00:00:00Z',
      basis: '',
      grounds: '',
      jws: NO_JWS,
    },
  }),
  liftExclusion: ({ id }) => ({ params: { id }, body: { statement: 'short', jws: NO_JWS } }),
  listPeople: () => ({}),
  invite: () => ({ body: { email: 'x@x.example', roles: [] } }),
  withdrawInvitation: ({ id }) => ({ params: { id } }),
  acceptInvitation: () => ({ body: { token: 'x.y', name: 'x', password: 'short' } }),
  grantRoles: () => ({ params: { account: 'nobody' }, body: { roles: [] } }),
  endRole: () => ({ params: { account: 'nobody', role: 'officer' }, body: {} }),
  delegate: () => ({
    body: {
      from: 'nobody',
      to: 'nobody',
      role: 'officer',
      startsAt: '2020-01-01T00:00:00Z',
      endsAt: '2020-01-01T00:00:00Z',
      statement: '',
    },
  }),
  endDelegation: ({ id }) => ({ params: { id }, body: {} }),
  // A member too many: whoever may leave would have left.
  leave: () => ({ body: { for: 'a test' } }),
  exportPeople: () => ({ body: { purpose: 'short' } }),
  readPeopleExport: ({ id }) => ({ params: { id } }),
  readCheckpoint: () => ({}),
  readCovering: () => ({ params: { index: '0' } }),
  readEntryProof: () => ({ params: { index: '0' } }),
  listHeads: () => ({}),
  readPolicyFile: () => ({}),
  readYearCheckpoint: () => ({ params: { year: '2199' } }),
  readYearPolicy: () => ({ params: { year: '2199' } }),
  readYearTile: () => ({ params: { year: '2199', level: 'entries', n: '000.p/1' } }),
  readTile: () => ({ params: { level: 'entries', n: '000.p/1' } }),
  readPayload: ({ hash }) => ({ params: { hash } }),
  readOpenApi: () => ({}),
  readProblem: () => ({ params: { code: 'late' } }),
  readHealth: () => ({}),
}

/** The address of a request. A wildcard takes its value as it stands. */
export function addressFor(e: Endpoint, { params = {}, query = {} }: Asked): string {
  const path = e.path
    .replace(/\*(\w+)/g, (_, name) => params[name] ?? '')
    .replace(/:(\w+)/g, (_, name) => params[name] ?? '')
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  )
  return search.size > 0 ? `${path}?${search}` : path
}

export type Raw = { status: number; headers: Headers; bytes: Buffer; text: string }

/** Sends a request as it stands. */
export async function send(
  url: string,
  method: string,
  path: string,
  { body, headers = {} }: Asked = {},
  token?: string | null,
): Promise<Raw> {
  const res = await fetch(`${url}${path}`, {
    method: method.toUpperCase(),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    redirect: 'manual',
  })
  const bytes = Buffer.from(await res.arrayBuffer())
  return { status: res.status, headers: res.headers, bytes, text: bytes.toString('utf8') }
}

/** Sends the table's request for an endpoint. */
export function ask(
  world: World,
  id: EndpointId,
  about: About,
  token?: string | null,
  change: Asked = {},
): Promise<Raw> {
  const e: Endpoint = ENDPOINTS[id]
  const asked = { ...REQUESTS[id](about, world), ...change }
  return send(world.url, e.method, addressFor(e, asked), asked, token)
}
