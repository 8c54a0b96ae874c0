// In which order does a request pass through the server? The whole middleware order on one screen.
import { randomBytes } from 'node:crypto'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import helmet from 'helmet'
import type { Endpoint } from '../api/endpoint.ts'
import { ENDPOINTS } from '../api/endpoints.ts'
import { serveOwnBids } from './bids/read-bids.ts'
import { serveBids } from './bids/serve-bids.ts'
import { serveCustodians } from './custodians/enrol-custodian.ts'
import { serveRecoveries } from './custodians/recover-identity.ts'
import { serveRotations } from './custodians/rotate-identity.ts'
import { serveRekeyAnswers } from './disputes/answer-rekey.ts'
import { serveClearings } from './disputes/clear-custodian.ts'
import { serveRekeyOrders } from './disputes/order-rekey.ts'
import { serveDrops } from './disputes/prove-drop.ts'
import { serveRestoring } from './disputes/restore-envelope.ts'
import { serveDocs } from './docs.ts'
import { serveContributions } from './evaluators/contribute.ts'
import { serveDeclarations } from './evaluators/declare.ts'
import { serveFields } from './evaluators/own-fields.ts'
import { serveFiles } from './files/opened-files.ts'
import { serveFileRestoring } from './files/restore-file.ts'
import { serveUploads } from './files/uploads.ts'
import { serveLog } from './log/read-log.ts'
import { serveOutbox } from './mail/read-outbox.ts'
import { serveReleases } from './openings/release-shares.ts'
import { serveExclusions } from './organisations/exclusions.ts'
import { serveMembers } from './organisations/members.ts'
import { serveOwnOrganisation } from './organisations/own-organisation.ts'
import { serveRegistration } from './organisations/register.ts'
import { serveVerification } from './organisations/verify.ts'
import { addressLimit } from './people/caller-limits.ts'
import { serveKeys } from './people/enrol-key.ts'
import { serveEvaluators } from './people/list-evaluators.ts'
import { servePasswords } from './people/own-password.ts'
import { serveProviders } from './people/provider-sign-in.ts'
import { serveSecurity } from './people/security.ts'
import { servePeople } from './people/sessions.ts'
import { serveErasure } from './privacy/erase.ts'
import { servePersonSearch } from './privacy/find-person.ts'
import { serveReadingMonths } from './privacy/look-through.ts'
import { serveOwnData } from './privacy/own-data.ts'
import { sendProblem } from './problem.ts'
import { serveProposals } from './proposals/decide.ts'
import { serveAuctions } from './scoring/bid-in-auction.ts'
import { serveMarks } from './scoring/give-marks.ts'
import { serveMarking } from './scoring/marking.ts'
import { type Deps, failed } from './serve.ts'
import { serveActs } from './tenders/act.ts'
import { serveComplaints } from './tenders/complaints.ts'
import { serveTenders } from './tenders/draft-tender.ts'
import { serveLots } from './tenders/lots.ts'
import { serveQuestions } from './tenders/questions.ts'
import { serveSearch } from './tenders/search.ts'
import { serveTwoPersonActs } from './tenders/two-person-acts.ts'
import { servePages, serveWebFiles } from './web.ts'
import { readWeb } from './web-files.ts'

const headers = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
})

function name(req: Request, res: Response, next: NextFunction): void {
  res.locals.requestId = randomBytes(9).toString('base64url')
  res.setHeader('X-Request-Id', res.locals.requestId)
  // What is for one caller is for no cache; immutable things say otherwise themselves.
  const personal = req.headers.authorization !== undefined || req.path.startsWith('/api/v1/sessions')
  res.setHeader('Cache-Control', personal ? 'private, no-store' : 'no-cache')
  next()
}

/** Addresses as patterns: each parameter is one part, a wildcard all that is left. */
const PLACES = (Object.values(ENDPOINTS) as Endpoint[]).map(({ method, path }) => {
  const parts = path.split('/').map((part) => {
    if (part.startsWith('*')) return '.+'
    return part.startsWith(':') ? '[^/]+' : part.replace(/\W/g, '\\$&')
  })
  return { method: method.toUpperCase(), pattern: new RegExp(`^${parts.join('/')}$`) }
})

/** Methods that an address has, for the 405 of the others. */
function methodsOf(path: string): string[] {
  const methods = PLACES.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
  return methods.includes('GET') ? ['HEAD', ...methods] : methods
}

function nothingHere(req: Request, res: Response): void {
  const methods = methodsOf(req.path)
  if (methods.length === 0) {
    sendProblem(res, [{ code: 'not-found', facts: {} }])
    return
  }
  res.setHeader('Allow', [...new Set(methods)].sort().join(', '))
  sendProblem(res, [{ code: 'method-not-allowed', facts: {} }])
}

type BodyError = { type?: string; limit?: number; status?: number }

/** The application. It has no state of its own but what its dependencies hold. */
export function makeApp(deps: Deps): Express {
  const app = express()
  app.disable('x-powered-by')
  // One address, one spelling: what is kept or counted by address is then kept and counted once.
  app.enable('case sensitive routing')
  app.enable('strict routing')
  app.set('etag', 'strong')
  app.set('query parser', 'simple')
  app.set('trust proxy', 'loopback')
  app.use(name)
  app.use(headers)
  const web = readWeb()
  serveWebFiles(app, web)
  app.use('/api', addressLimit())
  // Addresses are compared in this order: first what comes in hundreds at a time.
  serveBids(app, deps)
  servePeople(app, deps)
  serveSecurity(app, deps)
  servePasswords(app, deps)
  serveProviders(app, deps)
  serveOutbox(app, deps)
  serveKeys(app, deps)
  serveEvaluators(app, deps)
  serveOwnData(app, deps)
  serveErasure(app, deps)
  servePersonSearch(app, deps)
  serveReadingMonths(app, deps)
  serveCustodians(app, deps)
  serveTenders(app, deps)
  serveLots(app, deps)
  serveQuestions(app, deps)
  serveComplaints(app, deps)
  serveSearch(app, deps)
  serveActs(app, deps)
  serveTwoPersonActs(app, deps)
  serveRegistration(app, deps)
  serveOwnOrganisation(app, deps)
  serveVerification(app, deps)
  serveExclusions(app, deps)
  serveMembers(app, deps)
  serveProposals(app, deps)
  serveOwnBids(app, deps)
  serveUploads(app, deps)
  serveFiles(app, deps)
  serveFileRestoring(app, deps)
  serveDrops(app, deps)
  serveRestoring(app, deps)
  serveRotations(app, deps)
  serveRecoveries(app, deps)
  serveReleases(app, deps)
  serveClearings(app, deps)
  serveRekeyOrders(app, deps)
  serveRekeyAnswers(app, deps)
  serveAuctions(app, deps)
  serveFields(app, deps)
  serveDeclarations(app, deps)
  serveContributions(app, deps)
  serveMarks(app, deps)
  serveMarking(app, deps)
  serveLog(app, deps)
  serveDocs(app, deps)
  servePages(app, deps, web)
  app.use(nothingHere)
  app.use((err: BodyError & Error, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) return next(err)
    if (err.type === 'entity.too.large')
      return sendProblem(res, [{ code: 'body-too-large', facts: { limit: err.limit ?? 0 } }])
    if (err.type === 'encoding.unsupported') return sendProblem(res, [{ code: 'media-type', facts: {} }])
    // An address whose percent signs spell no UTF-8 is nobody's.
    if (err instanceof URIError) return sendProblem(res, [{ code: 'not-found', facts: {} }])
    if (err.type === 'request.aborted' || err.status === 400) {
      return sendProblem(res, [{ code: 'bad-json', facts: { why: 'the request broke off or cannot be read' } }])
    }
    failed(deps, req, res, err)
  })
  return app
}
