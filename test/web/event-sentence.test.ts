// Are the times inside the sentences of the log written as all pages write times, in both languages, and nothing else changed?
import { describe, expect, test } from 'vitest'
import { EVENTS, type EventType } from '../../src/domain/events.ts'
import { eventSentence } from '../../web/event-sentence.ts'
import { EXAMPLES } from '../../web/pages/how/event-examples.ts'

const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d/
const AT = '2026-11-30T05:00:00Z'

describe('the sentence of an entry', () => {
  test.each([
    ['ko', '공고되었습니다. 마감 2026년 11월 30일 (월) 14:00:00 KST'],
    ['en', 'The tender was published. Deadline Mon 30 November 2026 at 14:00:00 KST.'],
  ])('says in %s when a deadline is, as the pages do', (language, said) => {
    const plain = eventSentence({ typ: 'tender.notice/1', deadline: AT }, language).replace(/,/g, '')
    expect(plain.replace(' 2026 14:', ' 2026 at 14:')).toBe(said)
  })

  test('leaves what a person wrote as it was written', () => {
    const statement = `Moved from ${AT}, because of a storm.`
    const said = eventSentence({ typ: 'tender.amended/1', newDeadline: AT, statement }, 'en')
    expect(said).toContain(statement)
    expect(said.replace(statement, '')).not.toMatch(ISO)
  })

  test.each(Object.keys(EVENTS) as EventType[])('of %s has no time in the spelling of the record', (typ) => {
    for (const language of ['ko', 'en']) expect(eventSentence(EXAMPLES[typ], language)).not.toMatch(ISO)
  })

  test('control: among the examples are some with times', () => {
    const withTimes = (Object.keys(EVENTS) as EventType[]).filter((typ) => {
      const { ko } = EVENTS[typ].says(EXAMPLES[typ] as never)
      return ISO.test(ko)
    })
    expect(withTimes).toEqual(expect.arrayContaining(['tender.notice/1', 'exclusion/1']))
  })
})
