// Do the notices of all lots name the same lots? Each published one is read from the log and compared.
import { FormatError } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { readLeaf } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { inParallel, isUnreadable, readEntry } from '../record/entry.ts'
import { brief, type Finding, finding } from '../record/finding.ts'
import { type Notice, readNotice, sameJson } from '../record/payloads.ts'
import type { TenderRecord } from '../record/read.ts'
import { lotOf, readLots } from '../tenders/lots.ts'
import type { PublicRecord } from './public-record.ts'

const json = (value: unknown): Json => (value ?? null) as Json
const say = (ko: string, en: string): Finding => finding('notice', ko, en)

/** The first notice of each of these tenders, where the log has one that can be read. */
async function noticesOf(
  P: Primitives,
  { entries, payload }: Pick<PublicRecord, 'entries' | 'payload'>,
  tenders: readonly string[],
): Promise<Map<string, Notice>> {
  const wanted = new Set(tenders)
  const at: { index: number; leaf: ReturnType<typeof openLeaf> & object }[] = []
  for (const [index, bytes] of entries.entries()) {
    const leaf = openLeaf(bytes)
    if (leaf?.typ !== 'tender.notice/1' || !wanted.delete(leaf.ref)) continue
    at.push({ index, leaf })
  }
  const read = await inParallel(at, 4, async ({ index, leaf }) => {
    const entry = await readEntry(P, { index, leaf }, payload)
    // What is not in a bundle that was taken along is not compared; the log's own audit of that lot would miss it.
    if (isUnreadable(entry)) return null
    try {
      return [leaf.ref, readNotice(entry.payload)] as const
    } catch (e) {
      if (e instanceof FormatError) return null
      throw e
    }
  })
  return new Map(read.filter((found) => found !== null))
}

function openLeaf(bytes: Uint8Array) {
  try {
    const leaf = readLeaf(bytes)
    return 'ref' in leaf ? leaf : null
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}

/**
 * Findings of `notice` about lots: the tender is among the lots that its notice names, and every other published lot is of the same
 * agency, names the same lots in the same words, and closed at the same time when it was published.
 */
export async function siblingFindings(
  P: Primitives,
  source: Pick<PublicRecord, 'entries' | 'payload'>,
  r: Pick<TenderRecord, 'tender' | 'notice'>,
): Promise<Finding[]> {
  const own = r.notice?.payload
  const lots = own ? readLots(own.notice) : null
  if (!own || lots === null) return []
  if (lots === 'malformed' || lotOf(lots, r.tender) === 0)
    return [
      say('공고가 말하는 로트에 이 입찰이 없습니다.', 'The notice names lots, and this tender is not one of them.'),
    ]
  const others = await noticesOf(
    P,
    source,
    lots.tenders.filter((no) => no !== r.tender),
  )
  return [...others].flatMap(([no, other]): Finding[] => {
    const same =
      sameJson(json(other.notice.lots), json(own.notice.lots)) && other.notice.agency.id === own.notice.agency.id
    if (!same)
      return [
        say(
          `같은 공고의 로트라는 ${brief(no)}의 공고는 다른 로트들을 말합니다.`,
          `The notice of ${brief(no)}, which is said to be a lot of the same notice, names other lots.`,
        ),
      ]
    if (other.deadline === own.deadline) return []
    return [
      say(
        `같은 공고의 로트 ${brief(no)}의 마감 시각이 다릅니다.`,
        `Lot ${brief(no)} of the same notice was published with another deadline.`,
      ),
    ]
  })
}
