// Which token did a mailed link bring? It stands behind the #, which no server gets to see, and is taken out of the address at once.
let taken: string | null = null

/** The token, or '' when the address has none. It leaves the address bar, so that no copy of it is passed on or kept in the history. */
export function linkToken(): string {
  const here = /^#([A-Za-z0-9_-]{43})$/.exec(location.hash)?.[1]
  if (here !== undefined) {
    taken = here
    history.replaceState(history.state, '', location.pathname)
  }
  return taken ?? ''
}
