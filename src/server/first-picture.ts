// What stands on the page of an opening before its program has come? Its title, how far it is, and who stands where.
import type { PublicEvent } from '../api/live.ts'
import { applyEntry, emptyRoom, type Room } from '../domain/room/room.ts'
import { type RoomRow, rowsOf } from '../domain/room/rows.ts'
import { type Stage, stageOf } from '../domain/room/stage.ts'

type Language = 'ko' | 'en'

/** What of a tender's view is written down. */
export type Pictured = {
  no: string
  revision: string
  title: Record<Language, string>
  agency: { name: Record<Language, string> }
  names: Record<string, Record<Language, string>>
}

type Said = {
  room: string
  stage: Record<Stage, string>
  ended: Record<'failed' | 'cancelled', string>
  bids: string
  ranking: string
  rank: string
  name: string
  state: string
  no: (no: number) => string
  sealed: string
  checking: string
  note: string
}

/** The words of the room's own table and strip, and one sentence that says what this is. */
const SAID: Record<Language, Said> = {
  ko: {
    room: '개찰실',
    stage: {
      receiving: '입찰 접수',
      closed: '마감',
      'technical-keys': '기술 열쇠',
      'technical-opening': '기술 개봉',
      evaluation: '평가',
      'price-keys': '가격 열쇠',
      'price-opening': '가격 개봉',
      ranking: '순위',
      result: '결과',
    },
    ended: { failed: '유찰되었습니다.', cancelled: '취소되었습니다.' },
    bids: '입찰',
    ranking: '순위',
    rank: '순위',
    name: '입찰자',
    state: '상태',
    no: (no) => `${no}번`,
    sealed: '봉인',
    checking: '확인하는 중',
    note: '공개 기록에 적힌 대로입니다. 금액과 점수는 이 브라우저가 직접 확인한 뒤에 보여 드립니다.',
  },
  en: {
    room: 'Opening room',
    stage: {
      receiving: 'Receiving',
      closed: 'Closed',
      'technical-keys': 'Technical keys',
      'technical-opening': 'Technical opened',
      evaluation: 'Evaluation',
      'price-keys': 'Price keys',
      'price-opening': 'Prices',
      ranking: 'Ranking',
      result: 'Result',
    },
    ended: { failed: 'The tender failed.', cancelled: 'The tender was cancelled.' },
    bids: 'Bids',
    ranking: 'Ranking',
    rank: 'Rank',
    name: 'Bidder',
    state: 'State',
    no: (no) => `No. ${no}`,
    sealed: 'Sealed',
    checking: 'Checking',
    note: 'As the public record says. Prices and scores are shown once this browser has checked them itself.',
  },
}

/** Rows at most: more are drawn by the program, and nobody reads hundreds in two seconds. */
const MOST_ROWS = 60
const LONGEST_NAME = 120
const LONGEST_TITLE = 300

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

const written = (text: string, most: number): string =>
  escapeHtml([...text].length > most ? `${[...text].slice(0, most).join('')}…` : text)

const roomOf = (no: string, events: readonly PublicEvent[]): Room =>
  [...events].sort((a, b) => a.index - b.index).reduce(applyEntry, emptyRoom(no))

/** Nothing was checked by anybody here: every price stays out, as it does on a page whose checks have not run. */
const NOTHING_KNOWN = { verdicts: new Map(), trusting: false, standing: null, agrees: new Map() }

function rowHtml(row: RoomRow, name: string, said: Said): string {
  const sealed = [row.technical, row.price].every(({ eid, state }) => eid === '' || state === 'sealed')
  return `<tr class="room-row room-bare" role="row"><td class="room-rank" role="cell"><span class="text-muted">–</span></td>
<th class="room-name" role="rowheader" scope="row"><bdi class="room-who">${written(name, LONGEST_NAME)}</bdi><span class="note tnum">${said.no(row.no)}</span></th>
<td class="room-state" role="cell"><span class="tag bg-sunken text-muted">${sealed ? said.sealed : said.checking}</span></td></tr>`
}

function tableHtml(room: Room, rows: readonly RoomRow[], nameOf: (org: string) => string, said: Said): string {
  if (rows.length === 0) return ''
  const head = (['rank', 'name', 'state'] as const).map(
    (column) => `<th class="room-${column}" role="columnheader" scope="col">${said[column]}</th>`,
  )
  return `<section class="card" aria-labelledby="ranking"><h2 id="ranking">${room.evaluation ? said.ranking : said.bids}</h2>
<table class="room-table mt-3" role="table"><thead role="rowgroup"><tr class="room-row room-head" role="row">${head.join('')}</tr></thead>
<tbody role="rowgroup">${rows.map((row) => rowHtml(row, nameOf(row.bidder), said)).join('')}</tbody></table></section>`
}

/**
 * The first picture of a room as HTML, from the same entries and by the same rules as the page's own: names in the order of the
 * ranking, and no figure, since none was checked yet. A visitor without a program at all reads this much.
 */
export function firstPicture(view: Pictured, events: readonly PublicEvent[], language: Language): string {
  const said = SAID[language]
  const room = roomOf(view.no, events)
  const rows = rowsOf(room, NOTHING_KNOWN).slice(0, MOST_ROWS)
  const nameOf = (org: string) => (Object.hasOwn(view.names, org) ? view.names[org]?.[language] : undefined) ?? org
  const stage = room.ended ? said.ended[room.ended.is] : said.stage[stageOf(room)]
  return `<main class="wrap min-w-0 flex-1 py-8"><div class="mb-6 flex flex-col gap-3"><h1>${written(view.title[language], LONGEST_TITLE)}</h1>
<p class="flex flex-wrap items-center gap-x-4 gap-y-1"><strong class="text-primary">${said.room}</strong><span class="tnum">${escapeHtml(`${view.no}-${view.revision}`)}</span><span><bdi>${written(view.agency.name[language], LONGEST_NAME)}</bdi></span></p></div>
<div class="room stack"><p class="card font-bold">${stage}</p>${tableHtml(room, rows, nameOf, said)}<p class="note">${said.note}</p></div></main>`
}
