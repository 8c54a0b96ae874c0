// Do the worked examples come out to the last decimal? Each file of test/vectors/award, through the public functions.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { AwardFacts } from '../../../src/domain/scoring/facts.ts'
import { technicalScores } from '../../../src/domain/scoring/quality.ts'
import { type Ranking, type Row, rank } from '../../../src/domain/scoring/ranking.ts'

type Vector = {
  shows: string
  facts: AwardFacts
  expect: Partial<Omit<Ranking, 'rows'>> & { rows: (Partial<Row> & { bidder: string })[] }
}

const folder = new URL('../../vectors/award/', import.meta.url)
const files = readdirSync(folder).filter((f) => f.endsWith('.json'))

describe('worked examples', () => {
  test('there are all of them', () => expect(files.length).toBeGreaterThanOrEqual(22))

  test.each(files)('%s comes out as written', (file) => {
    const vector = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Vector
    const ranked = rank(vector.facts)
    if (!ranked.ok) throw new Error(JSON.stringify(ranked.reasons))
    const { rows, ...rest } = vector.expect
    expect(ranked.value).toMatchObject(rest)
    for (const row of rows) expect(ranked.value.rows.find((r) => r.bidder === row.bidder)).toMatchObject(row)
    // The technical scores are the same when they are locked, before a price is known.
    const technical = technicalScores(vector.facts)
    if (!technical.ok) throw new Error(JSON.stringify(technical.reasons))
    for (const score of technical.value) {
      const row = ranked.value.rows.find((r) => r.bidder === score.bidder)
      expect(row).toMatchObject({ technical: score.technical, rawTechnical: score.raw })
      expect(row?.steps.slice(0, score.steps.length)).toEqual(score.steps)
    }
  })
})
