// How could the log give a custodian, which lost its identity key, another one? Rightly, and in every way that must not count.
import { standingNow } from '../../src/domain/organisations/register-acts.ts'
import { recoveredIdentity, vouchFor } from '../../src/domain/record/recovery.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { JsonObject } from '../../src/proof/canonical.ts'
import { signJws } from '../../src/proof/jws.ts'
import { CUSTODIANS, type Edit, type Forge, type Key, keyOf } from './forge.ts'

const [ID = '', VOUCHER = '', THIRD = ''] = CUSTODIANS
/** The custodian that lost its key, and the key that it has then. */
export const RECOVERED = { id: ID, key: keyOf('found again') }
const BODY = 'audit-office'

type Payload = JsonObject & { typ: string }

/** What is otherwise than it must be. */
type Otherwise = {
  /** Who signs each of the three. */
  request?: Key
  voucher?: Key
  auditor?: Key
  /** Members of the request, of the voucher's word, and of the entry, that are others. */
  asked?: JsonObject
  vouched?: JsonObject
  entry?: JsonObject
  /** Whether the entry goes without what others signed. */
  bare?: boolean
  /** How the auditor's body stands, entry after entry; by default once as verified. */
  standings?: readonly Payload[]
  standingBy?: Key
  /** Which key is said to be lost. */
  lost?: Key
}

const body = { id: BODY, kind: 'oversight', body: 'audit-office', name: { ko: '감사원', en: 'Audit office' } }
const VERIFIED = standingNow(body, 'verified', '')
const SUSPENDED = standingNow(body, 'suspended', 'The papers were false.')

async function recover(f: Forge, o: Otherwise): Promise<void> {
  for (const standing of o.standings ?? [VERIFIED])
    await f.signedRecord(standing, o.standingBy ?? keyOf('operator-1'), String(standing.id))
  const said = {
    typ: 'custodian.identity/1',
    id: ID,
    org: ID,
    jwk: { ...RECOVERED.key.jwk },
    from: '2026-03-01T00:00:00Z',
    replaces: (o.lost ?? keyOf(ID)).signer.kid,
  }
  const request = await signJws(P, (o.request ?? RECOVERED.key).signer, { ...said, ...o.asked })
  const word = { ...vouchFor(P, VOUCHER, request), ...o.vouched } as Payload
  const vouched = await signJws(P, (o.voucher ?? keyOf(VOUCHER)).signer, word)
  const whole = { ...recoveredIdentity({ request, vouched, statement: 'The disk burnt.' }), ...o.entry } as Payload
  const { recovery: _, ...bare } = whole
  const entry = o.bare ? (bare as Payload) : whole
  await f.signedRecord(entry, o.auditor ?? keyOf('auditor'), ID)
}

/** From the recovery on the custodian signs with the key that it has then. */
const after = (o: Otherwise): Edit => ({
  before: { bids: (f) => recover(f, o) },
  signer: {
    'release/1': (own) => (own.kid === keyOf(ID).signer.kid ? RECOVERED.key.signer : own),
  },
})

export const GOOD_RECOVERIES: [string, Edit][] = [
  ['its own word, another custodian’s, and an auditor’s of a verified body', after({})],
  [
    'the same after the body had been suspended and restored',
    after({ standings: [VERIFIED, SUSPENDED, standingNow(body, 'restored', 'They were.')] }),
  ],
]

const WORD = /did not ask for just this/
const VOUCH = /no other custodian/
const ORDER = /not signed by an auditor of a third organisation/

/** What is wrong, what our audit says of it, and how it is written. */
export const SPOILT_RECOVERIES: [string, RegExp, Edit][] = [
  ['that the old key’s holder did not ask for with the new key', WORD, after({ request: keyOf('stranger') })],
  ['with another key than was asked for', WORD, after({ entry: { jwk: { ...keyOf('planted').jwk } } })],
  ['with another time than was asked for', WORD, after({ entry: { from: '2026-03-02T00:00:00Z' } })],
  ['for which nobody asked', /cannot be read/, after({ entry: { recovery: { vouched: '', statement: '' } } })],
  ['with no recovery in it, signed by the auditor', /signature on the enrolment/, after({ bare: true })],
  ['for which a stranger vouched', VOUCH, after({ voucher: keyOf('stranger') })],
  ['for which a person of the other custodian vouched', VOUCH, after({ voucher: keyOf('auditor') })],
  ['for which a third custodian vouched in the other’s name', VOUCH, after({ voucher: keyOf(THIRD) })],
  ['for which the custodian itself vouched', VOUCH, after({ voucher: RECOVERED.key, vouched: { custodian: ID } })],
  [
    'for which the custodian itself vouched with the lost key',
    VOUCH,
    after({ voucher: keyOf(ID), vouched: { custodian: ID } }),
  ],
  ['with a word for another request', VOUCH, after({ vouched: { request: keyOf('x').signer.kid } })],
  ['with a word for another lost key', VOUCH, after({ vouched: { replaces: keyOf('x').signer.kid } })],
  ['that an officer signed', ORDER, after({ auditor: keyOf('officer') })],
  ['that nobody known signed', ORDER, after({ auditor: keyOf('stranger') })],
  ['that the operator’s own key signed', ORDER, after({ auditor: keyOf('receipts') })],
  ['that another custodian signed as auditor', ORDER, after({ auditor: keyOf(THIRD) })],
  ['by a body of which the log says nothing', ORDER, after({ standings: [] })],
  ['by a body that was suspended', ORDER, after({ standings: [VERIFIED, SUSPENDED] })],
  ['by a body that is an agency', ORDER, after({ standings: [{ ...VERIFIED, kind: 'agency', body: null }] })],
  ['by a body that keeps keys', ORDER, after({ standings: [{ ...VERIFIED, body: 'custodian-institution' }] })],
  ['by a body of which a stranger said that it is verified', ORDER, after({ standingBy: keyOf('officer') })],
  [
    'by a body that is the other custodian',
    ORDER,
    after({
      standings: [{ ...VERIFIED, id: VOUCHER }],
      auditor: keyOf(VOUCHER),
    }),
  ],
  ['of a key that was not in force', /was not in force/, after({ lost: keyOf('stranger') })],
  ['of another custodian’s key', /was not in force/, after({ lost: keyOf(THIRD) })],
]
