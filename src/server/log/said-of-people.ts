// Which columns of people, organisations, keys and custodians does the log say, and in which member of which entry?
import { delegation, exclusion } from '../../../db/schema/organisations.ts'
import { account, actorKey, custodian, custodianPast, organisation, prekey } from '../../../db/schema/people.ts'
import { readingsLookedThrough } from '../../../db/schema/privacy.ts'
import { b64u, utf8 } from '../../proof/bytes.ts'
import { canonical, type Json } from '../../proof/canonical.ts'
import { readPublicJwk, thumbprint } from '../../proof/primitives.ts'
import type { Compared } from './compare-rows.ts'
import type { At } from './said.ts'

const always = (value: Json) => () => value
/** The thumbprint of the key in the payload. */
const kidOfKey = ({ P, entry }: At) => thumbprint(P, readPublicJwk(entry.payload.jwk))
const isReplacement = ({ entry }: At) => typeof entry.payload.replaces === 'string'

/** Of the custodian's key that was in force until this entry; it stands in that custodian's row. */
const jwkBefore = ({ entry, said }: At) => said.value(custodian, [entry.payload.id], 'jwk')

/** Keys are said before whoever signs with them, custodians before they are replaced: rows are taken in this order for each entry. */
export const PEOPLE: readonly Compared[] = [
  {
    table: actorKey,
    key: ['kid'],
    said: [
      {
        typ: 'actor.key/1',
        set: {
          kid: 'leaf.by',
          account: 'payload.id',
          org: 'leaf.org',
          jwk: 'payload.jwk',
          enrolledAt: 'leaf.at',
          replacedBy: always(null),
          revokedAt: always(null),
          revokedFor: always(null),
        },
      },
      { typ: 'actor.key/1', when: isReplacement, set: { kid: 'payload.replaces', replacedBy: 'leaf.by' } },
      {
        typ: 'actor.key.revoked/1',
        set: { kid: 'payload.kid', revokedAt: 'leaf.at', revokedFor: 'payload.reason' },
      },
    ],
  },
  {
    table: custodianPast,
    key: ['kid'],
    said: [
      {
        typ: 'custodian.identity/1',
        when: isReplacement,
        set: { kid: 'payload.replaces', custodian: 'payload.id', jwk: jwkBefore, endedAt: 'leaf.at' },
      },
    ],
  },
  {
    table: custodian,
    key: ['id'],
    said: [{ typ: 'custodian.identity/1', set: { id: 'payload.id', kid: kidOfKey, jwk: 'payload.jwk' } }],
  },
  {
    table: prekey,
    key: ['kid'],
    said: [
      {
        typ: 'custodian.prekeys/1',
        each: 'payload.keys',
        set: {
          kid: 'item.kid',
          custodian: 'payload.custodian',
          jwk: 'item.jwk',
          offeredAt: 'leaf.at',
          usedBy: always(null),
        },
      },
      {
        typ: 'tender.keyset/1',
        each: 'payload.custodians',
        set: { kid: 'item.kid', usedBy: ({ P, entry }) => ksOf(P, entry.payload) },
      },
    ],
  },
  {
    table: organisation,
    key: ['id'],
    // Those of an installation's beginning, and those that are not verified yet, have no entry: the log has never vouched for them.
    unsaid: () => true,
    said: [
      {
        typ: 'organisation.standing/1',
        set: {
          id: 'payload.id',
          kind: 'payload.kind',
          body: 'payload.body',
          nameKo: 'payload.name.ko',
          nameEn: 'payload.name.en',
          standing: ({ entry }) => (entry.payload.standing === 'restored' ? 'verified' : entry.payload.standing),
        },
      },
    ],
  },
  {
    table: account,
    key: ['id'],
    unsaid: () => true,
    said: [
      {
        typ: 'role.changed/1',
        when: ({ entry }) => !String(entry.payload.account).startsWith('invitation-'),
        set: { id: 'payload.account', org: 'leaf.org', roles: 'payload.roles' },
      },
    ],
  },
  {
    table: delegation,
    key: ['fromAccount', 'toAccount', 'role', 'startsAt'],
    // A loan that was over when it was marked as ended has no entry of its end.
    check: (_P, { endedAt, endsAt }, said) =>
      endedAt instanceof Date && endsAt instanceof Date && endedAt < endsAt && said?.endedAt === undefined
        ? { column: 'endedAt', says: 'is before the end that was agreed on, and no entry says so' }
        : null,
    said: [
      {
        // The same loan again, with another end, is that loan cut short: its row keeps the end that was agreed on.
        typ: 'role.delegated/1',
        set: {
          fromAccount: 'payload.from',
          toAccount: 'payload.to',
          role: 'payload.role',
          startsAt: 'payload.startsAt',
          org: 'leaf.org',
          endsAt: (at) => loanBefore(at) ?? at.entry.payload.endsAt,
          endedAt: (at) => (loanBefore(at) === undefined ? undefined : at.entry.leaf.at),
        },
      },
    ],
  },
  {
    table: exclusion,
    key: ['id'],
    said: [
      {
        typ: 'exclusion/1',
        set: {
          id: 'payload.id',
          org: 'payload.org',
          declaredFor: 'leaf.org',
          startsAt: 'payload.from',
          endsAt: 'payload.until',
          basis: 'payload.basis',
          grounds: 'payload.grounds',
          proposedBy: 'payload.proposedBy',
          approvedBy: 'payload.approvedBy',
          at: 'leaf.at',
          liftedAt: always(null),
          liftedWhy: always(null),
        },
      },
      {
        typ: 'exclusion.lifted/1',
        set: { id: 'payload.id', liftedAt: 'leaf.at', liftedWhy: 'payload.statement' },
      },
    ],
  },
  {
    table: readingsLookedThrough,
    key: ['month'],
    said: [{ typ: 'readings.reviewed/1', set: { month: 'payload.month', at: 'leaf.at' } }],
  },
]

/** The number of a keyset: the hash of its canonical text. */
export const ksOf = (P: At['P'], keyset: Json): string => b64u(P.sha256(utf8(canonical(keyset))))

/** When the same loan was to end, as it was said before. */
function loanBefore({ entry, said }: At): Json | undefined {
  const { from, to, role, startsAt } = entry.payload
  return said.value(delegation, [from, to, role, startsAt], 'endsAt')
}
