// Which awards waited out the standstill that their notice promised, and which did not? For our audit, and for the one of others.
import { standstillEnd } from '../../src/domain/tenders/standstill.ts'
import { BIDDERS, type Edit, type Forge } from './forge.ts'

/** Two bids that nothing tells apart: their rank is joint until the lot. */
const twin = BIDDERS[0]!
const JOINT: Edit = { bidders: [twin, { ...twin, id: 'bidder-2' }], drawn: true }

/** Time of the first entry of a type, as its leaf has it. */
const timeOf = (log: Forge, typ: string): string => {
  const [index = -1] = log.indexesOf(typ)
  return (JSON.parse(new TextDecoder().decode(log.entries[index])) as { at: string }).at
}

const names = (end: (log: Forge) => string | null): Edit['payload'] => ({
  'award/1': (p, { forge }) => {
    p.standstillEnds = end(forge)
  },
})

/** Name, hours that were promised, and the tender. */
export const GOOD_STANDSTILLS: [string, number, Edit][] = [
  ['none is promised', 0, {}],
  ['the notice says none in so many words', 0, { standstill: { hours: 0 } }],
  ['the award comes in the very second of its end', 240, { standstill: { hours: 240 } }],
  ['the award comes a week after its end', 1, { standstill: { hours: 1, awardedAfter: 7 * 86_400 } }],
  ['it was counted anew from the lot', 24, { ...JOINT, standstill: { hours: 24 } }],
  [
    'somebody was shut out while it ran',
    48,
    { standstill: { hours: 48 }, before: { award: (f) => f.shutOut('bidder-6') } },
  ],
]

/** Name, what our audit says, what the other program says, and the tender. */
export const SPOILT_STANDSTILLS: [string, RegExp, RegExp, Edit][] = [
  [
    'an award a second before its end',
    /before the standstill that the notice promised was over/,
    /before the standstill was over/,
    { standstill: { hours: 240, awardedAfter: -1 } },
  ],
  [
    'an award that names an earlier end',
    /ended 2026-03-11T00:00:00Z; counted from the ranking it is 2026-03-2/,
    /not 240 hours after the ranking/,
    { standstill: { hours: 240 }, payload: names(() => '2026-03-11T00:00:00Z') },
  ],
  [
    'an award that names no end of what was promised',
    /never, as there was none/,
    /not 1 hours after the ranking/,
    { standstill: { hours: 1 }, payload: names(() => null) },
  ],
  [
    'an award that names the end of what nobody promised',
    /counted from the ranking it is none/,
    /that nobody had promised/,
    { payload: names(() => '2026-03-11T00:00:00Z') },
  ],
  [
    'an end counted from the joint ranking instead of the lot',
    /counted from the ranking it is/,
    /not 24 hours after the ranking/,
    {
      ...JOINT,
      standstill: { hours: 24, awardedAfter: 60 },
      payload: names((log) => standstillEnd(24, timeOf(log, 'evaluation.result/1'))),
    },
  ],
  [
    'an award whose end is spelled otherwise',
    /says that the standstill ended/,
    /not 24 hours after the ranking/,
    {
      standstill: { hours: 24 },
      payload: {
        'award/1': (p) => {
          p.standstillEnds = p.standstillEnds!.replace('Z', '.000Z')
        },
      },
    },
  ],
  [
    'a ranking of a time after which no end can be written',
    /there is no ranking to count it from/,
    /after the year 9999/,
    {
      standstill: { hours: 240 },
      before: {
        evaluation: (f) => {
          f.at = '9999-12-31T23:00:00Z'
        },
      },
    },
  ],
]
