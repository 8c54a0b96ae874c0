// Which endpoints are there? The table from which routes, client, OpenAPI and tests are derived.
import * as bids from './bids.ts'
import * as custodians from './custodians.ts'
import * as docs from './docs.ts'
import type { Endpoint } from './endpoint.ts'
import * as log from './log.ts'
import * as people from './people.ts'
import * as privacy from './privacy.ts'
import * as tenders from './tenders.ts'

export const ENDPOINTS = {
  readTime: people.readTime,
  signIn: people.signIn,
  refreshSession: people.refreshSession,
  signOut: people.signOut,
  readMe: people.readMe,
  enrolKey: people.enrolKey,
  listKeys: people.listKeys,
  revokeKey: people.revokeKey,
  readMyData: privacy.readMyData,
  changeMyData: privacy.changeMyData,
  listReadings: privacy.listReadings,
  exportMyData: privacy.exportMyData,
  eraseMyData: privacy.eraseMyData,
  findPerson: privacy.findPerson,
  listEvaluators: people.listEvaluators,
  enrolCustodian: custodians.enrolCustodian,
  listCustodians: custodians.listCustodians,
  offerPrekeys: custodians.offerPrekeys,
  createTender: tenders.createTender,
  editTender: tenders.editTender,
  readDraft: tenders.readDraft,
  listTenders: tenders.listTenders,
  readTender: tenders.readTender,
  proposeKeysets: tenders.proposeKeysets,
  publishTender: tenders.publishTender,
  cancelTender: tenders.cancelTender,
  readEvents: tenders.readEvents,
  submitBid: bids.submitBid,
  withdrawBid: bids.withdrawBid,
  readOutcome: bids.readOutcome,
  readOwnBids: bids.readOwnBids,
  listOwnBids: bids.listOwnBids,
  readProof: bids.readProof,
  releaseShares: custodians.releaseShares,
  readSheet: tenders.readSheet,
  signSheet: tenders.signSheet,
  listAssignments: tenders.listAssignments,
  giveMarks: tenders.giveMarks,
  giveQuantitative: tenders.giveQuantitative,
  readMarking: tenders.readMarking,
  proposeLock: tenders.proposeLock,
  lockScores: tenders.lockScores,
  awardTender: tenders.awardTender,
  declareIncident: tenders.declareIncident,
  readCheckpoint: log.readCheckpoint,
  readPolicyFile: log.readPolicyFile,
  readTile: log.readTile,
  readPayload: log.readPayload,
  readOpenApi: docs.readOpenApi,
  readProblem: docs.readProblem,
  readHealth: docs.readHealth,
} as const satisfies Record<string, Endpoint>

export type EndpointId = keyof typeof ENDPOINTS
