// Which columns say something of a person? The inventory: every column of every table has a tag, or a test fails.
import type { PgTable } from 'drizzle-orm/pg-core'
import * as bids from './schema/bids.ts'
import * as log from './schema/log.ts'
import * as organisations from './schema/organisations.ts'
import * as people from './schema/people.ts'
import * as privacy from './schema/privacy.ts'
import * as proposals from './schema/proposals.ts'
import * as signing from './schema/sign-in.ts'
import * as tenders from './schema/tenders.ts'

/**
 * `-`: says nothing of a person. `id`: a number that stands for a person. `name`, `contact`, `number` (identity), `bank`: what they are.
 * `secret`: kept one way, nobody can read it back. `use`: when and how the service was used. `act`: what the person did here.
 */
export type Tag = '-' | 'id' | 'name' | 'contact' | 'number' | 'bank' | 'secret' | 'use' | 'act'

/**
 * `delete`: the rows go. `blank`: the columns that `blank` names are overwritten, the row stays for what refers to it.
 * `keep`: nothing is changed, for the reason that stands in `why`.
 */
type Erasure = 'delete' | 'blank' | 'keep'

export type InventoryRow = {
  table: PgTable
  /** Columns, by their names in the program. */
  columns: Readonly<Record<string, Tag>>
  /** The column that says whose row it is; null when rows belong to nobody, or to an organisation. */
  whose: string | null
  /** The column with the address of the person, where a row may be about somebody whose account it does not name. */
  address?: string
  /** Columns that are encrypted; each has a column with its keyed hash or none. */
  encrypted?: readonly string[]
  /** What happens when the person asks to be erased. */
  erase: Erasure
  why: string
  /** Rows are removed by the retention job so long after their time; without it they stay. */
  retention?: { time: string; days: number }
}

/** Two years: from 50,000 persons or unique identity numbers on, records of readings are kept so long. */
const READINGS_DAYS = 731
const SESSIONS_DAYS = 90

const NOBODYS = { whose: null, erase: 'keep' as const }

export const INVENTORY: readonly InventoryRow[] = [
  {
    table: people.organisation,
    columns: {
      id: '-',
      nameKo: '-',
      nameEn: '-',
      kind: '-',
      body: '-',
      scheme: '-',
      number: '-',
      skeletons: '-',
      standing: '-',
      registeredAt: '-',
    },
    ...NOBODYS,
    why: 'an organisation is no person',
  },
  {
    table: people.account,
    columns: {
      id: 'id',
      org: 'act',
      email: 'contact',
      passwordHash: 'secret',
      emailVerifiedAt: 'use',
      language: 'use',
      name: 'name',
      roles: 'act',
      leftAt: 'use',
    },
    whose: 'id',
    encrypted: ['email'],
    erase: 'blank',
    why: 'the number stays, since public entries name it; nothing leads from it to a person any more',
  },
  {
    table: privacy.personDetail,
    columns: {
      account: 'id',
      phone: 'contact',
      phoneKey: 'secret',
      bankAccount: 'bank',
      identityNumber: 'number',
      identityNumberKey: 'secret',
      changedAt: 'use',
    },
    whose: 'account',
    encrypted: ['phone', 'bankAccount', 'identityNumber'],
    erase: 'delete',
    why: 'given for being reached and paid, which is over',
  },
  {
    table: privacy.personalReading,
    columns: { id: '-', at: 'use', reader: 'id', address: 'use', whose: 'id', what: '-', purpose: '-' },
    whose: 'whose',
    erase: 'keep',
    why: 'the law asks for the record of who read what; it names numbers alone',
    retention: { time: 'at', days: READINGS_DAYS },
  },
  {
    table: people.session,
    columns: {
      refreshHash: 'secret',
      family: 'id',
      account: 'id',
      startedAt: 'use',
      expiresAt: 'use',
      usedAt: 'use',
    },
    whose: 'account',
    erase: 'delete',
    why: 'nobody signs in any more',
    retention: { time: 'expiresAt', days: SESSIONS_DAYS },
  },
  {
    table: signing.signIn,
    columns: {
      id: 'id',
      account: 'id',
      method: 'use',
      agent: 'use',
      startedAt: 'use',
      seenAt: 'use',
      expiresAt: 'use',
      steppedAt: 'use',
      steppedBy: 'use',
      endedAt: 'use',
      endedWhy: 'use',
    },
    whose: 'account',
    erase: 'delete',
    why: 'nobody signs in any more',
    retention: { time: 'expiresAt', days: SESSIONS_DAYS },
  },
  {
    table: signing.challenge,
    columns: { hash: 'secret', purpose: 'use', account: 'id', facts: 'secret', expiresAt: 'use', tries: 'use' },
    whose: 'account',
    erase: 'delete',
    why: 'nobody signs in any more',
    retention: { time: 'expiresAt', days: 1 },
  },
  {
    table: signing.totp,
    columns: { account: 'id', secret: 'secret', madeAt: 'use', confirmedAt: 'use', lastStep: 'secret' },
    whose: 'account',
    erase: 'delete',
    why: 'nobody signs in any more',
  },
  {
    table: signing.recoveryCode,
    columns: { hash: 'secret', account: 'id', usedAt: 'use' },
    whose: 'account',
    erase: 'delete',
    why: 'nobody signs in any more',
  },
  {
    table: signing.passkey,
    columns: {
      id: 'id',
      account: 'id',
      publicKey: 'act',
      counter: 'use',
      transports: 'use',
      name: 'act',
      backedUp: 'use',
      madeAt: 'use',
      usedAt: 'use',
    },
    whose: 'account',
    erase: 'delete',
    why: 'nobody signs in any more',
  },
  {
    table: signing.oneTimeLink,
    columns: {
      hash: 'secret',
      purpose: 'use',
      account: 'id',
      email: 'contact',
      facts: 'act',
      madeAt: 'use',
      expiresAt: 'use',
      usedAt: 'use',
    },
    whose: 'account',
    address: 'email',
    encrypted: ['email'],
    erase: 'delete',
    why: 'a link that nobody follows any more',
    retention: { time: 'expiresAt', days: SESSIONS_DAYS },
  },
  {
    table: signing.knownDevice,
    columns: { hash: 'secret', account: 'id', seenAt: 'use' },
    whose: 'account',
    erase: 'delete',
    why: 'nobody signs in any more',
    retention: { time: 'seenAt', days: 366 },
  },
  {
    table: signing.guess,
    columns: { key: '-', wrong: '-', until: '-' },
    ...NOBODYS,
    why: 'hashes, for the hours that a window of guesses lasts',
    retention: { time: 'until', days: 1 },
  },
  {
    table: signing.oidcIdentity,
    columns: { provider: 'use', subject: 'id', account: 'id', linkedAt: 'use' },
    whose: 'account',
    erase: 'delete',
    why: 'nobody signs in any more',
  },
  {
    table: signing.mail,
    columns: {
      id: '-',
      kind: 'use',
      account: 'id',
      address: 'contact',
      language: 'use',
      facts: 'act',
      madeAt: 'use',
      writtenAt: 'use',
      subject: 'act',
      body: 'act',
    },
    whose: 'account',
    address: 'address',
    encrypted: ['address', 'subject', 'body'],
    erase: 'delete',
    why: 'nobody is written to any more',
    retention: { time: 'madeAt', days: SESSIONS_DAYS },
  },
  {
    table: people.actorKey,
    columns: {
      kid: 'id',
      account: 'id',
      org: 'act',
      jwk: 'act',
      enrolledAt: 'use',
      replacedBy: 'id',
      revokedAt: 'use',
      revokedFor: 'act',
    },
    whose: 'account',
    erase: 'keep',
    why: 'public keys stand in the public log: without them no signed act could be verified',
  },
  {
    table: people.custodian,
    columns: { id: '-', kid: '-', jwk: '-' },
    ...NOBODYS,
    why: 'a custodian is an institution',
  },
  {
    table: people.prekey,
    columns: { kid: '-', custodian: '-', jwk: '-', offeredAt: '-', usedBy: '-' },
    ...NOBODYS,
    why: 'a custodian is an institution',
  },
  { table: people.setting, columns: { name: '-', value: '-' }, ...NOBODYS, why: 'says nothing of anybody' },
  {
    table: tenders.tender,
    columns: {
      no: '-',
      agency: '-',
      state: '-',
      peak: '-',
      draftedBy: 'id',
      notice: '-',
      rule: '-',
      ruleHash: '-',
      revision: '-',
      evaluators: 'id',
      deadline: '-',
      openAfter: '-',
      createdAt: '-',
      publishedAt: '-',
      closedIdx: '-',
      lockedIdx: '-',
      ranking: '-',
      award: '-',
      ended: '-',
    },
    whose: 'draftedBy',
    erase: 'keep',
    why: 'records of procurement are kept by law; they name numbers of accounts alone',
  },
  {
    table: proposals.proposal,
    columns: {
      id: '-',
      place: '-',
      act: '-',
      org: '-',
      ref: 'id',
      body: 'id',
      proposedBy: 'id',
      proposedAt: 'use',
      expiresAt: '-',
      state: '-',
      decidedBy: 'id',
      decidedAt: 'use',
      statement: '-',
    },
    whose: 'proposedBy',
    erase: 'keep',
    why: 'who decided with whom is what two persons are for; it names numbers of accounts alone',
  },
  {
    table: organisations.organisationReview,
    columns: { id: '-', org: '-', act: '-', by: 'id', at: 'use', reasons: '-', statement: '-', snapshot: '-' },
    whose: 'by',
    erase: 'keep',
    why: 'the history of an organisation’s registration; it names numbers of accounts alone',
  },
  {
    table: organisations.organisationDocument,
    columns: {
      id: '-',
      org: '-',
      kind: '-',
      name: '-',
      media: '-',
      size: '-',
      sha256: '-',
      bytes: '-',
      by: 'id',
      at: 'use',
    },
    whose: 'by',
    erase: 'keep',
    why: 'certificates of an organisation, on which its verification rests',
  },
  {
    table: organisations.organisationFact,
    columns: {
      id: '-',
      org: '-',
      kind: '-',
      value: '-',
      validFrom: '-',
      validUntil: '-',
      state: '-',
      statement: '-',
      declaredBy: 'id',
      declaredAt: 'use',
      decidedBy: 'id',
      decidedAt: 'use',
    },
    whose: 'declaredBy',
    erase: 'keep',
    why: 'qualifications are of a firm',
  },
  {
    table: organisations.exclusion,
    columns: {
      id: '-',
      org: '-',
      declaredFor: '-',
      startsAt: '-',
      endsAt: '-',
      basis: '-',
      grounds: '-',
      proposedBy: 'id',
      approvedBy: 'id',
      at: '-',
      liftedAt: '-',
      liftedWhy: '-',
    },
    whose: 'proposedBy',
    erase: 'keep',
    why: 'the public list of firms that are shut out; it names numbers of accounts alone',
  },
  {
    table: organisations.invitation,
    columns: {
      id: '-',
      org: '-',
      email: 'contact',
      roles: '-',
      tokenHash: 'secret',
      invitedBy: 'id',
      at: 'use',
      expiresAt: '-',
      state: '-',
      proposal: '-',
    },
    whose: 'invitedBy',
    address: 'email',
    encrypted: ['email'],
    erase: 'delete',
    why: 'whoever was invited has an account of their own, or does not come',
    retention: { time: 'expiresAt', days: SESSIONS_DAYS },
  },
  {
    table: organisations.delegation,
    columns: {
      id: '-',
      org: '-',
      fromAccount: 'id',
      toAccount: 'id',
      role: '-',
      startsAt: '-',
      endsAt: '-',
      statement: '-',
      endedAt: '-',
    },
    whose: 'fromAccount',
    erase: 'keep',
    why: 'who acted for whom, and when; it names numbers of accounts alone',
  },
  {
    table: tenders.keyset,
    columns: { ks: '-', tender: '-', kind: '-', jws: '-', body: '-' },
    ...NOBODYS,
    why: 'public',
  },
  {
    table: tenders.opening,
    columns: { tender: '-', kind: '-', ks: '-', listHash: '-', listIdx: '-' },
    ...NOBODYS,
    why: 'public',
  },
  {
    table: tenders.openingEnvelope,
    columns: {
      tender: '-',
      kind: '-',
      eid: '-',
      position: '-',
      bidder: '-',
      state: '-',
      reason: '-',
      body: '-',
      rnd: '-',
    },
    ...NOBODYS,
    why: 'a bidder is a firm, and what its envelope held is public',
  },
  {
    table: tenders.release,
    columns: { tender: '-', kind: '-', ks: '-', x: '-', custodian: '-', jws: '-', compared: '-', at: '-' },
    ...NOBODYS,
    why: 'a custodian is an institution',
  },
  {
    table: tenders.label,
    columns: { tender: '-', label: '-', bidder: '-' },
    ...NOBODYS,
    why: 'a bidder is a firm',
  },
  {
    table: tenders.mark,
    columns: { tender: '-', evaluator: '-', bidder: '-', item: '-', mark: '-', comment: '-', at: '-' },
    ...NOBODYS,
    why: 'under a seat; marks are public from the lock on, inside a sheet that the evaluator signed',
  },
  {
    table: tenders.signedSheet,
    columns: { tender: '-', evaluator: '-', jws: '-', kid: 'id', at: '-' },
    ...NOBODYS,
    why: 'public from the lock on',
  },
  {
    table: bids.bidAct,
    columns: {
      id: '-',
      tender: '-',
      bidder: '-',
      account: 'id',
      kind: '-',
      seq: '-',
      jws: '-',
      salt: '-',
      c: '-',
      eidTechnical: '-',
      eidPrice: '-',
      at: 'use',
      idx: '-',
    },
    whose: 'account',
    erase: 'keep',
    why: 'a bid is its firm’s, and the record of it is kept by law; it names the number of the account alone',
  },
  { table: bids.bidReceipt, columns: { act: '-', received: '-' }, ...NOBODYS, why: 'a bidder is a firm' },
  {
    table: bids.envelope,
    columns: { eid: '-', tender: '-', bidder: '-', kind: '-', kc: '-', bytes: '-' },
    ...NOBODYS,
    why: 'a bidder is a firm',
  },
  { table: bids.envelopeEpk, columns: { ks: '-', epk: '-' }, ...NOBODYS, why: 'says nothing of anybody' },
  {
    table: bids.bidRequest,
    columns: {
      bidder: '-',
      key: '-',
      tender: '-',
      fingerprint: '-',
      outcome: '-',
      status: '-',
      reply: '-',
      at: '-',
    },
    ...NOBODYS,
    why: 'a bidder is a firm',
  },
  {
    table: log.logOutbox,
    columns: { id: '-', kind: '-', typ: '-', leaf: '-', tender: '-', payloadHash: '-', c: '-' },
    ...NOBODYS,
    why: 'public in a moment',
  },
  {
    table: log.logEntry,
    columns: { idx: '-', leaf: '-', typ: '-', ref: '-', payloadHash: '-', prev: '-', c: '-' },
    ...NOBODYS,
    why: 'the public log: numbers of accounts and hashes, from which nothing is ever taken',
  },
  {
    table: log.logPayload,
    columns: { hash: '-', bytes: '-', idx: '-' },
    ...NOBODYS,
    why: 'what the public log points to: it names numbers of accounts, never people',
  },
  { table: log.logTile, columns: { level: '-', n: '-', width: '-', data: '-' }, ...NOBODYS, why: 'hashes' },
  {
    table: log.logCheckpoint,
    columns: { size: '-', root: '-', note: '-', at: '-', fresh: '-', freshAt: '-' },
    ...NOBODYS,
    why: 'hashes',
  },
  { table: log.logCover, columns: { idx: '-', tender: '-', salt: '-', c: '-' }, ...NOBODYS, why: 'stands for nothing' },
  { table: log.logLeader, columns: { id: '-', epoch: '-' }, ...NOBODYS, why: 'says nothing of anybody' },
]

/** Columns of a row that say something of a person and can be read back. */
export const readable = (row: InventoryRow): string[] =>
  Object.entries(row.columns).flatMap(([column, tag]) => (tag === '-' || tag === 'secret' ? [] : [column]))
