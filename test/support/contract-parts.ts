// Which test file shows an endpoint at work with each of its refusals? Those about organisations and their people have a file of their own.
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
