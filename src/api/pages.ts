// Which addresses are pages? The browser's router has a row for each; for any other the server answers 404.

export const PAGES = [
  '/',
  '/tenders',
  '/tenders/:no',
  '/tenders/:no/opening',
  '/openings',
  '/how',
  '/how/process',
  '/how/scoring',
  '/how/refusals',
  '/how/events',
  '/how/log',
  '/who-may',
  '/sign-in',
  '/a',
  '/a/new',
  '/a/:no',
  '/s',
  '/s/:no',
  '/e',
  '/e/:no',
  '/k',
] as const

export type PagePath = (typeof PAGES)[number]

const PATTERNS = PAGES.map((path) => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}/?$`))

/** Is this the address of a page? `/tenders/R26BK00000001` is, `/tenders/a/b/c` is not. */
export const isPage = (path: string): boolean => PATTERNS.some((pattern) => pattern.test(path))
