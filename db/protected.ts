// Which columns does the public log vouch for? One row a table: an edit of a protected column is found, the others say why none need be.
import { getTableColumns, getTableName } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import * as auctions from './schema/auctions.ts'
import * as bids from './schema/bids.ts'
import * as complaints from './schema/complaints.ts'
import * as evaluators from './schema/evaluators.ts'
import * as files from './schema/files.ts'
import * as log from './schema/log.ts'
import * as organisations from './schema/organisations.ts'
import * as people from './schema/people.ts'
import * as privacy from './schema/privacy.ts'
import * as proposals from './schema/proposals.ts'
import * as questions from './schema/questions.ts'
import * as signing from './schema/sign-in.ts'
import * as tenders from './schema/tenders.ts'

/**
 * `log`: follows from the entries, and is computed again from them. `said`: an entry says the value, or the commitment in an entry
 * binds it. Both are compared by `npm run log -- compare`. `open`: nobody finds an edit, for the reason that stands beside the columns.
 */
export type ProtectedRow = {
  table: PgTable
  log?: string
  said?: string
  open?: readonly (readonly [columns: string, why: string])[]
}

const WHEN_WRITTEN = 'when the row was written; the act has its time in the log'
const OWN_ACCOUNT =
  'how somebody gets in; what is done afterwards is signed or logged, and nothing that is published follows from it'

/** Every column of a table, for one reason. */
const all = (table: PgTable, why: string): ProtectedRow => ({
  table,
  open: [[Object.keys(getTableColumns(table)).join(' '), why]],
})

export const PROTECTED: readonly ProtectedRow[] = [
  // The log.
  { table: log.logEntry, log: 'idx leaf typ ref payloadHash prev c' },
  { table: log.logPayload, log: 'hash bytes idx' },
  { table: log.logTile, log: 'shard level n width data' },
  {
    table: log.logCheckpoint,
    log: 'size root note fresh',
    open: [['at freshAt', 'when it was published; the witnesses’ times stand in the signed notes']],
  },
  {
    table: log.logShard,
    log: 'no origin first ended',
    open: [['year', 'when the next log begins; its name, which has its year, stands in the log']],
  },
  { table: log.logCover, said: 'idx tender salt c' },
  all(
    log.logOutbox,
    'acts on their way into the log, for less than a second; a receipt proves one that never gets there',
  ),
  all(log.logLeader, 'keeps two sequencers apart; the signer refuses what a second one would write'),

  // Bids.
  {
    table: bids.bidAct,
    said: 'id tender bidder account kind seq jws salt c eidTechnical eidPrice at idx',
  },
  { table: bids.bidReceipt, said: 'act received' },
  { table: bids.envelope, said: 'eid tender bidder kind kc bytes' },
  all(
    bids.envelopeEpk,
    'keeps a key from being used twice before the close: whoever takes one away only lets a bidder harm the own bid',
  ),
  all(bids.bidRequest, 'what was answered to a bidder, whose own program checks the signatures inside'),
  {
    table: bids.bidClaim,
    said: 'c tender outcome at',
    open: [['bidder', 'the log tells nobody who claims before the reveal']],
  },
  all(files.upload, 'sealed files on their way; what a bid names is held against its hash when it is opened'),
  all(files.attachment, 'follows from the opened envelopes, which are in the log: `madang verify --files` compares'),

  // Tenders.
  {
    table: tenders.tender,
    said: 'no agency state peak notice rule ruleHash revision keysetsBy ruleBy pool overseers evaluators deadline openAfter publishedAt closedIdx lockedIdx auction ranking award ended',
    open: [
      ['draftedBy createdAt', 'about the draft; whoever published it signed the notice'],
      ['keysetsTold', 'whether mails went out'],
    ],
  },
  { table: tenders.keyset, said: 'ks tender kind jws body replacedAt' },
  { table: tenders.opening, said: 'tender kind ks listHash listIdx' },
  {
    table: tenders.openingEnvelope,
    said: 'tender kind eid position bidder state reason body picks',
    open: [['rnd', 'whoever verifies reads it from the opened envelope itself, and computes every draw with that']],
  },
  { table: tenders.release, said: 'tender kind ks x custodian jws compared at' },
  { table: tenders.rekey, said: 'tender kind ks until statement orderedAt' },
  { table: tenders.rekeyLetter, said: 'tender bidder jws kid at' },
  { table: tenders.rekeyEnvelope, said: 'eid tender kind bidder bytes' },
  all(tenders.lostEnvelope, 'of which losses the bidders were told'),
  { table: tenders.shareClearing, said: 'ks x eid jws' },
  { table: tenders.label, said: 'tender label bidder' },
  {
    table: tenders.mark,
    said: 'tender evaluator bidder item member mark comment',
    open: [['at', WHEN_WRITTEN]],
  },
  { table: tenders.signedSheet, said: 'tender evaluator jws kid', open: [['at', WHEN_WRITTEN]] },
  {
    table: proposals.proposal,
    said: 'act org ref body proposedBy state decidedBy',
    open: [
      ['id place', 'the register’s own numbers'],
      [
        'proposedAt expiresAt decidedAt statement',
        'how a proposal was talked about; the approval itself is signed and has its time',
      ],
    ],
  },
  { table: auctions.auctionSeat, said: 'tender bidder seat' },
  { table: auctions.auctionBid, said: 'tender n round seat amount at c' },
  { table: auctions.auctionHand, said: 'c tender bidder salt jws' },

  // Committees by lot.
  {
    table: evaluators.evaluatorField,
    said: 'account field state decidedBy decision',
    open: [
      [
        'since grounds statement decidedAt',
        'what speaks for a field and what was said of it; the decision itself is sealed in the log',
      ],
    ],
  },
  {
    table: evaluators.fieldDecision,
    said: 'c account field verdict salt text idx',
    open: [['at', WHEN_WRITTEN]],
  },
  { table: evaluators.poolMember, said: 'tender field account id salt place ticket' },
  { table: evaluators.drawContribution, said: 'tender custodian ks eid bytes jws at' },
  {
    table: evaluators.committeeCall,
    said: 'tender id account salt field evaluator state because year calledAt grounds statement jws declaredAt',
    open: [['dueAt replacedAt', 'until when an answer was waited for; calls and answers have their times']],
  },

  // People, organisations, keys.
  { table: people.actorKey, said: 'kid account org jwk enrolledAt replacedBy revokedAt revokedFor' },
  { table: people.custodian, said: 'id kid jwk' },
  { table: people.custodianPast, said: 'kid custodian jwk endedAt' },
  { table: people.prekey, said: 'kid custodian jwk offeredAt usedBy' },
  {
    table: people.organisation,
    said: 'id nameKo nameEn kind body standing',
    open: [
      [
        'scheme number skeletons registeredAt',
        'by what it was verified: the operator’s papers, of which the log has only the outcome',
      ],
    ],
  },
  {
    table: people.account,
    said: 'id org roles',
    open: [
      ['email passwordHash emailVerifiedAt language name', OWN_ACCOUNT],
      ['leftAt', 'whoever has left has no roles and no key, and both are in the log'],
    ],
  },
  {
    table: organisations.delegation,
    said: 'org fromAccount toAccount role startsAt endsAt endedAt',
    open: [['id statement', 'the register’s own number and words; who lent what, and until when, is in the log']],
  },
  {
    table: organisations.exclusion,
    said: 'id org declaredFor startsAt endsAt basis grounds proposedBy approvedBy at liftedAt liftedWhy',
  },
  {
    table: organisations.organisationFact,
    said: 'id org kind value validFrom validUntil state decidedBy decision',
    open: [
      ['statement declaredBy declaredAt decidedAt', 'what was said of it; the decision itself is sealed in the log'],
    ],
  },
  {
    table: organisations.factDecision,
    said: 'c org fact verdict salt text idx',
    open: [['at', WHEN_WRITTEN]],
  },
  {
    table: organisations.organisationReview,
    said: 'org act by reasons statement decision',
    open: [['id at snapshot', 'what was handed in, and when; the operator’s decision on it is in the log']],
  },
  {
    table: complaints.complaint,
    said: 'c tender org account outcome decision',
    open: [['at', WHEN_WRITTEN]],
  },
  {
    table: questions.question,
    said: 'c tender org salt text askerSalt idx answer',
    open: [
      ['agency', 'the agency of its tender, which the notice names'],
      ['account', 'who of the firm asked; the firm as such is what the sealed question names'],
      ['at', WHEN_WRITTEN],
    ],
  },
  all(organisations.organisationDocument, 'papers for the operator’s eyes; what it decided on them is in the log'),
  all(organisations.invitation, 'gives nothing: whoever takes it up has the roles that an entry names'),
  {
    table: privacy.readingsLookedThrough,
    said: 'month at',
    open: [['by statement', 'what was found may name people; who looked signed the entry']],
  },
  all(privacy.personDetail, 'how a person is reached and paid; encrypted, and no public matter'),
  all(
    privacy.personalReading,
    'who read personal data: the looking-through of each month is in the log, its content is not',
  ),
  all(people.session, OWN_ACCOUNT),
  all(signing.signIn, OWN_ACCOUNT),
  all(signing.challenge, OWN_ACCOUNT),
  all(signing.totp, OWN_ACCOUNT),
  all(signing.recoveryCode, OWN_ACCOUNT),
  all(signing.passkey, OWN_ACCOUNT),
  all(signing.oneTimeLink, OWN_ACCOUNT),
  all(signing.knownDevice, OWN_ACCOUNT),
  all(signing.guess, OWN_ACCOUNT),
  all(signing.oidcIdentity, OWN_ACCOUNT),
  all(signing.mail, 'letters to people; nobody’s bid waits for one'),
  all(people.setting, 'the next number of a notice, which the log shows to be used once'),
]

const words = (text: string | undefined): string[] => (text ? text.split(' ') : [])

/** Columns of which an edit is found, as `table.column` by their names in the database. */
export const protectedColumns = ({ table, log: own, said }: ProtectedRow): string[] => {
  const columns = getTableColumns(table) as Record<string, { name: string }>
  return [...words(own), ...words(said)].map((name) => `${getTableName(table)}.${columns[name]?.name ?? name}`)
}

/** Columns of which none is. */
export const openColumns = ({ table, open = [] }: ProtectedRow): string[] => {
  const columns = getTableColumns(table) as Record<string, { name: string }>
  return open.flatMap(([names]) => words(names)).map((name) => `${getTableName(table)}.${columns[name]?.name ?? name}`)
}
