// What did the server put into the page, so that the first table needs no round trip?
import type { ReplyOf } from '../src/api/endpoint.ts'
import type { ENDPOINTS } from '../src/api/endpoints.ts'

export type Language = 'ko' | 'en'

export type Snapshot = {
  /** The service is a demonstration with invented people: every page says so. */
  demo: boolean
  /** The deciding clock when the page was written. */
  serverTime: string | null
  /** On the pages of a tender: its view as anybody sees it, and its first public log entries. */
  tender: ReplyOf<(typeof ENDPOINTS)['readTender']> | null
  events: ReplyOf<(typeof ENDPOINTS)['readEvents']> | null
}

const NOTHING: Snapshot = { demo: false, serverTime: null, tender: null, events: null }

function read(): Snapshot {
  const text = document.getElementById('snapshot')?.textContent
  if (!text) return NOTHING
  try {
    return { ...NOTHING, ...(JSON.parse(text) as Partial<Snapshot>) }
  } catch {
    return NOTHING
  }
}

/** As the page was sent. It ages: whatever is shown from it is asked for again. */
export const snapshot: Snapshot = read()
