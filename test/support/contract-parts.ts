// Which test file shows an endpoint at work with each of its refusals? Those about organisations and their people, and those about
// committees by lot, have files of their own.
import type { EndpointId } from '../../src/api/endpoints.ts'

/** Endpoints that test/server/contract-organisations.test.ts accounts for; test/server/contract.test.ts does so for all others. */
export const OF_ORGANISATIONS: readonly EndpointId[] = [
  'registerOrganisation',
  'readOwnOrganisation',
  'submitRegistration',
  'addDocument',
  'readDocument',
  'declareFact',
  'endFact',
  'listReviews',
  'readReview',
  'decideRegistration',
  'decideFact',
  'suspendOrganisation',
  'restoreOrganisation',
  'listExclusions',
  'declareExclusion',
  'liftExclusion',
  'listPeople',
  'invite',
  'withdrawInvitation',
  'acceptInvitation',
  'grantRoles',
  'endRole',
  'delegate',
  'endDelegation',
  'leave',
  'exportPeople',
  'readPeopleExport',
]

/** Endpoints that test/server/drawn-committee.test.ts accounts for. */
export const OF_EVALUATORS: readonly EndpointId[] = [
  'readOwnFields',
  'saveOwnFields',
  'listStatedFields',
  'decideField',
  'readPoolSizes',
  'listCalls',
  'declareInterests',
  'contributeToDraw',
]

/** Endpoints that test/server/files.test.ts accounts for. */
export const OF_FILES: readonly EndpointId[] = [
  'beginUpload',
  'listUploads',
  'readUpload',
  'sendUpload',
  'dropUpload',
  'listFiles',
  'readSealedFile',
  'restoreFile',
  'readFile',
]

/** Endpoints that test/server/years.test.ts accounts for. */
export const OF_YEARS: readonly EndpointId[] = ['readYearCheckpoint', 'readYearPolicy', 'readYearTile']

/** Endpoints that test/server/disputes.test.ts accounts for. */
export const OF_DISPUTES: readonly EndpointId[] = [
  'rotateCustodian',
  'recoverCustodian',
  'proposeReplacement',
  'amendTender',
  'proveDrop',
  'restoreEnvelope',
  'clearCustodian',
  'proposeRekey',
  'orderRekey',
  'readRekey',
  'answerRekey',
]

/** Endpoints that test/server/tenders/complaints.test.ts accounts for. */
export const OF_COMPLAINTS: readonly EndpointId[] = ['lodgeComplaint', 'decideComplaint']

/** Refusals of other endpoints that only objections can meet; test/server/tenders/complaints.test.ts shows them. */
export const WHERE_OBJECTED: readonly string[] = ['awardTender', 'proposeApproval', 'approveProposal'].flatMap((id) =>
  ['objections-open', 'objection-upheld'].map((code) => `${id} ${code}`),
)

/** Refusals of other endpoints that only a promised standstill can meet; test/server/tenders/standstill.test.ts shows them. */
export const WHERE_STANDING: readonly string[] = ['awardTender', 'proposeApproval', 'approveProposal'].map(
  (id) => `${id} standstill-runs`,
)

/** Endpoints that test/server/tenders/questions.test.ts accounts for. */
export const OF_QUESTIONS: readonly EndpointId[] = [
  'askQuestion',
  'listOwnQuestions',
  'listQuestions',
  'answerQuestion',
]

/** Endpoints that test/server/auction.test.ts accounts for. */
export const OF_AUCTIONS: readonly EndpointId[] = ['readAuction', 'bidInAuction']

/** Refusals of other endpoints that only keysets which are replaced can meet; test/server/disputes.test.ts shows them. */
export const WHERE_REPLACED: readonly string[] = [
  'extendTender keyset-mismatch',
  'proposeApproval keyset-mismatch',
  'approveProposal keyset-mismatch',
]

/** Refusals of other endpoints to whoever has a signing key; test/server/contract-organisations.test.ts shows them. */
export const WHERE_KEYED: readonly string[] = [
  'approveProposal signature-missing',
  'approveProposal proposal-unsigned',
  ...['no-key', 'bad-signature', 'act-mismatch', 'signature-missing'].map((code) => `eraseMyData ${code}`),
]

/** Refusals of other endpoints that only a tender with a drawn committee can meet; the same file shows them. */
export const WHERE_DRAWN: readonly string[] = [
  'createTender pool-invalid',
  'editTender pool-invalid',
  'publishTender pool-too-small',
  'readSheet declaration-missing',
  'lockScores seat-empty',
]
