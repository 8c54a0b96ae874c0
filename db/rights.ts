// Which rights has the API's own database role on each table? A table without a row gives it none.

/** The role under which the API does everything. It owns nothing and logs in nowhere: the API's transactions take it on. */
export const API_ROLE = 'madang_api'

export type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

type Row = {
  may: readonly Right[]
  /** Rows are kept apart by tenant: policies beside the table say whose they are. */
  tenants?: true
  why: string
}

const READ = ['SELECT'] as const
const ADD = ['SELECT', 'INSERT'] as const
const CHANGE = ['SELECT', 'INSERT', 'UPDATE'] as const
const ALL = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const

export const RIGHTS: Readonly<Record<string, Row>> = {
  // The log: acts go in by the outbox; numbering, tiles and checkpoints are the worker's.
  log_outbox: { may: ['INSERT'], why: 'who could read it would count sealed acts before their batch hides them' },
  log_payload: { may: ADD, why: 'content under its own hash, written with the act' },
  log_entry: { may: READ, why: 'the worker writes it' },
  log_shard: { may: READ, why: 'the worker writes it' },
  log_tile: { may: READ, why: 'the worker writes it' },
  log_checkpoint: { may: READ, why: 'the worker writes it' },
  log_cover: { may: [], why: 'its salts tell covers from bids' },
  log_leader: { may: [], why: 'the fence of the worker' },
  // Sealed acts and receipts: written once, never changed, seen by their own bidder until the opening.
  bid_act: { may: ADD, tenants: true, why: 'a bid is never changed' },
  bid_receipt: { may: ADD, tenants: true, why: 'a receipt is never changed' },
  bid_request: { may: ADD, tenants: true, why: 'an answer never changes' },
  envelope: { may: ADD, tenants: true, why: 'ciphertext is never changed' },
  bid_claim: { may: ADD, tenants: true, why: 'what a receipt proved stays proven' },
  upload: {
    may: ALL,
    tenants: true,
    why: 'sealed files of a bid, seen by its own bidder; what no bid names goes again',
  },
  attachment: { may: READ, why: 'the worker opens and checks; everybody reads' },
  envelope_epk: { may: ['INSERT'], why: 'who could read it would count bids' },
  // Tenders and what is done with them.
  tender: { may: CHANGE, tenants: true, why: 'officers draft, publish and decide' },
  keyset: { may: CHANGE, why: 'signed once; set aside when others take its place before the deadline' },
  opening: { may: READ, why: 'the worker opens' },
  opening_envelope: { may: READ, why: 'the worker opens' },
  release: { may: ADD, why: 'custodians hand in shares, once' },
  rekey: { may: ADD, why: 'ordered once, in public' },
  rekey_letter: { may: ADD, why: 'an answer never changes' },
  rekey_envelope: { may: ADD, why: 'ciphertext is never changed' },
  lost_envelope: { may: [], why: 'the worker looks for them, and tells their bidders' },
  share_clearing: { may: ADD, why: 'custodians prove what they were sent, once' },
  auction_seat: { may: READ, tenants: true, why: 'the worker gives seats; whose is whose is seen at the end' },
  auction_bid: { may: ADD, why: 'a bid in an auction is never changed' },
  auction_hand: { may: ADD, tenants: true, why: 'what was signed stays; seen by its own bidder until the end' },
  label: { may: READ, why: 'the worker draws' },
  mark: { may: CHANGE, why: 'marks may change until the lock' },
  signed_sheet: {
    may: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
    why: 'a mark that changes takes the signature under its sheet away',
  },
  // Committees by lot: who is in a pool is known to nobody but the worker until a ticket calls.
  evaluator_field: { may: ALL, why: 'one’s own fields; the operator confirms them; officers see how many there are' },
  field_decision: {
    may: ['SELECT', 'INSERT'],
    why: 'what was sealed about a field stays as it is; the sequencer gives its index',
  },
  pool_member: { may: ['INSERT'], why: 'who could read it would know whom to approach before the draw' },
  draw_contribution: { may: ADD, why: 'sealed once by each custodian' },
  committee_call: { may: ['SELECT', 'UPDATE'], why: 'the worker calls; whoever was called declares' },
  complaint: { may: CHANGE, why: 'public; lodged by a bidder, decided by an overseer' },
  question: {
    may: CHANGE,
    tenants: true,
    why: 'asked once; its answer is noted beside it, and its words stand sealed in the log',
  },
  proposal: { may: CHANGE, tenants: true, why: 'proposed by one, decided by another' },
  // People and keys.
  organisation: { may: CHANGE, why: 'names are public; sign-in comes before any tenant is known' },
  account: { may: CHANGE, why: 'sign-in comes before any tenant is known' },
  session: { may: ALL, why: 'sign-in comes before any tenant is known' },
  sign_in: { may: ALL, why: 'sessions begin and end before any tenant is known' },
  challenge: { may: ALL, why: 'used once, then gone' },
  totp: { may: ALL, why: 'one’s own second factor, added and removed' },
  recovery_code: { may: ALL, why: 'used once, made anew' },
  passkey: { may: ALL, why: 'added and removed by its owner' },
  one_time_link: { may: ALL, why: 'used once, then gone' },
  known_device: { may: ALL, why: 'forgotten after its time' },
  guess: { may: ALL, why: 'wrong passwords are counted and forgotten' },
  oidc_identity: { may: ALL, why: 'added and removed by its owner' },
  mail: { may: ALL, why: 'gone once it was sent' },
  person_detail: { may: ALL, why: 'encrypted; gone when the person is erased' },
  readings_looked_through: { may: ADD, why: 'a month that was looked through stays so' },
  personal_reading: { may: ADD, why: 'who read what of whom is never changed' },
  organisation_review: { may: ADD, tenants: true, why: 'history is added to, never changed' },
  organisation_document: { may: ADD, tenants: true, why: 'a document that was judged stays' },
  organisation_fact: { may: CHANGE, tenants: true, why: 'said by the supplier, decided by the operator' },
  fact_decision: {
    may: ['SELECT', 'INSERT'],
    tenants: true,
    why: 'what was sealed about a qualification or a registration stays as it is; the sequencer gives its index',
  },
  exclusion: { may: CHANGE, tenants: true, why: 'public to read; entered and lifted by who shuts out' },
  invitation: { may: ALL, tenants: true, why: 'proposed, opened, accepted' },
  delegation: { may: CHANGE, why: 'asked for with every caller, before the tenant is told' },
  actor_key: { may: CHANGE, why: 'public keys; replaced, never removed' },
  custodian_past: { may: ADD, why: 'a key that was replaced stays replaced' },
  custodian: { may: CHANGE, why: 'public identities' },
  prekey: { may: CHANGE, why: 'public opening keys, used up at publication' },
  setting: { may: CHANGE, why: 'the next serial number' },
}

/** The transaction settings by which policies know the caller; or the callers, where sealed acts of several are taken together. */
export const TENANT = { org: 'madang.org', roles: 'madang.roles', bidders: 'madang.bidders' } as const
