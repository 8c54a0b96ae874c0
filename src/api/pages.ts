// Which addresses are pages, which file draws each, and whose words does it need? The browser's router, the server and tests read it.

export type PageRow = {
  path: string
  /** File under web/pages, without ending. */
  code: string
  /** Catalogs under web/locales/<language>. */
  words: readonly string[]
}

export const PAGES: readonly PageRow[] = [
  { path: '/', code: 'home/home-page', words: ['home', 'tenders'] },
  { path: '/tenders', code: 'tenders/tenders-page', words: ['tenders'] },
  { path: '/tenders/:no', code: 'tender/tender-page', words: ['tender', 'room'] },
  { path: '/tenders/:no/opening', code: 'room/room-page', words: ['room'] },
  { path: '/tenders/:no/minutes', code: 'minutes/minutes-page', words: ['minutes', 'tender'] },
  { path: '/lots/:no', code: 'lots/lots-page', words: ['lots', 'tender', 'tenders'] },
  { path: '/openings', code: 'openings/openings-page', words: ['openings', 'tenders'] },
  { path: '/how', code: 'how/how-page', words: ['how'] },
  { path: '/how/process', code: 'how/process-page', words: ['how'] },
  { path: '/how/scoring', code: 'how/scoring-page', words: ['how'] },
  { path: '/how/refusals', code: 'how/refusals-page', words: ['how'] },
  { path: '/how/events', code: 'how/events-page', words: ['how'] },
  { path: '/how/log', code: 'how/log-page', words: ['how'] },
  { path: '/how/verify', code: 'how/verify-page', words: ['how', 'formats'] },
  { path: '/verify', code: 'verify/verify-page', words: ['verify'] },
  { path: '/log', code: 'explorer/explorer-page', words: ['explorer'] },
  { path: '/who-may', code: 'how/who-may-page', words: ['how'] },
  { path: '/my-data', code: 'privacy/my-data-page', words: ['privacy', 'signing'] },
  { path: '/receipts', code: 'receipts/receipts-page', words: ['verify'] },
  { path: '/keys', code: 'keys/keys-page', words: ['keys', 'signing'] },
  { path: '/sign-in', code: 'people/sign-in-page', words: ['people', 'factor'] },
  { path: '/sign-in/return/:name', code: 'people/provider-return-page', words: ['people'] },
  { path: '/forgot-password', code: 'people/forgot-password-page', words: ['people'] },
  { path: '/reset-password', code: 'people/reset-password-page', words: ['people'] },
  { path: '/verify-email', code: 'people/verify-email-page', words: ['people'] },
  { path: '/security', code: 'security/security-page', words: ['security', 'factor', 'people'] },
  { path: '/x/readings', code: 'verification/readings-page', words: ['readings', 'privacy', 'signing'] },
  { path: '/x/fields', code: 'verification/fields-page', words: ['evaluator', 'signing'] },
  { path: '/x/outbox', code: 'people/outbox-page', words: ['people'] },
  { path: '/register', code: 'organisations/register-page', words: ['organisations', 'people'] },
  { path: '/invitation', code: 'organisations/invitation-page', words: ['organisations', 'people'] },
  { path: '/exclusions', code: 'organisations/exclusions-page', words: ['organisations', 'signing'] },
  { path: '/o', code: 'organisations/organisation-page', words: ['organisations'] },
  { path: '/o/people', code: 'organisations/people-page', words: ['organisations', 'signing'] },
  { path: '/v', code: 'verification/queue-page', words: ['organisations', 'signing'] },
  { path: '/v/:org', code: 'verification/review-page', words: ['organisations', 'signing'] },
  { path: '/approvals', code: 'proposals/approvals-page', words: ['proposals', 'signing'] },
  { path: '/a', code: 'agency/agency-page', words: ['agency', 'signing'] },
  { path: '/a/new', code: 'agency/new-tender-page', words: ['agency', 'tender', 'pricing', 'signing'] },
  {
    path: '/a/:no',
    code: 'agency/agency-tender-page',
    words: ['agency', 'tender', 'pricing', 'signing', 'marks', 'proposals'],
  },
  { path: '/s', code: 'supplier/supplier-page', words: ['supplier', 'signing'] },
  { path: '/s/:no', code: 'supplier/bid-page', words: ['supplier', 'tender', 'signing'] },
  { path: '/e', code: 'evaluator/evaluator-page', words: ['evaluator', 'signing'] },
  { path: '/e/:no', code: 'evaluator/sheet-page', words: ['evaluator', 'tender', 'signing', 'marks'] },
  { path: '/oversight/:no', code: 'oversight/rekey-page', words: ['oversight', 'tender', 'signing', 'drawwait'] },
  { path: '/k/recovery', code: 'custodians/recovery-page', words: ['recovery', 'signing'] },
  { path: '/k', code: 'custodians/custodians-page', words: ['custodians'] },
]

/** The page of every other address, which the server sends with 404. */
export const MISSING: PageRow = { path: '/*', code: 'missing/missing-page', words: [] }

const PATTERNS = PAGES.map((row) => ({
  row,
  pattern: new RegExp(`^${row.path.replace(/:\w+/g, '[^/]+')}/?$`),
}))

/** The page at an address: `/tenders/R26BK00000001/opening` is the room; null for what is no page. */
export const pageAt = (address: string): PageRow | null =>
  // A fixed address such as /a/new comes before /a/:no in the table.
  PATTERNS.find(({ pattern }) => pattern.test(address))?.row ?? null
