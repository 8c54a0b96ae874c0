// Does `madang pool` tell an auditor who of an opened pool had not been confirmed, by its words and by its exit code?
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { judgeOpenedPool } from '../../src/cli/pool.ts'
import { Unusable } from '../../src/cli/terminal.ts'
import type { OpenedPool } from '../../src/domain/audit/opened-pool.ts'
import { forge, TENDER } from '../support/forge.ts'
import { tempDir } from '../support/processes.ts'
import { COMMITTEE } from '../support/spoilt-committees.ts'

const late = 'software-4'
let again = { index: 0, salt: '', text: '' }
const log = await forge({
  committee: COMMITTEE,
  // One of them is confirmed again after the pool: that is worth nothing for this pool.
  before: {
    closed: async (f) => {
      const before = f.committee!.confirmed.get(late)
      await f.committee!.decides(late)
      again = f.committee!.confirmed.get(late)!
      f.committee!.confirmed.set(late, before!)
    },
  },
})
const folder = tempDir('pool')
log.save(folder)

type Member = OpenedPool['members'][number]
async function judged(change: (members: Member[]) => Member[] = (m) => m, tender = TENDER) {
  const members = change(structuredClone(log.committee!.opened()))
  const file = join(tempDir('opened'), 'pool.json')
  writeFileSync(file, JSON.stringify({ typ: 'pool.opened/1', tender, members }))
  const lines: string[] = []
  const out = (line: string) => void lines.push(line)
  const code = await judgeOpenedPool(file, folder, { lang: 'en' }, { out, err: out })
  return { code, wrong: lines.filter((line) => /#|nobody| - /.test(line) && !line.endsWith(' ok')), last: lines.at(-1) }
}
/** Changes one person of the pool. */
const of =
  (account: string, change: (member: Member) => unknown) =>
  (members: Member[]): Member[] => {
    for (const member of members) if (member.account === account) change(member)
    return members
  }

describe('an opened pool', () => {
  test('holds where everybody behind a number was confirmed in a sealed entry below the pool', async () => {
    expect(await judged()).toEqual({ code: 0, wrong: [], last: `${TENDER}: 18 of the pool, 0 wrong` })
  })

  test.each<[string, RegExp, (members: Member[]) => Member[]]>([
    ['lacks somebody', /nobody is shown behind it$/, (members) => members.slice(1)],
    [
      'shows another person',
      /the number is not this person’s$/,
      of('software-1', (m) => Object.assign(m, { account: 'friend' })),
    ],
    [
      'has nobody’s confirmation',
      /no confirmation is shown$/,
      of('software-1', (m) => Object.assign(m, { confirmed: null })),
    ],
    [
      'has a confirmation that was written afterwards',
      /this is not what is sealed in that entry$/,
      of('security-2', (m) => {
        m.confirmed!.text = m.confirmed!.text.replace('operator-9', 'operator-8')
      }),
    ],
    [
      'borrows somebody else’s',
      /it is about somebody or something else/,
      (members) => {
        const other = members.find(({ account }) => account === 'security-2')!.confirmed
        return of('security-1', (m) => Object.assign(m, { confirmed: other }))(members)
      },
    ],
    [
      'has one from after the pool',
      /it was sealed after the pool was fixed$/,
      of(late, (m) => Object.assign(m, { confirmed: again })),
    ],
  ])('is found out when it %s', async (_, says, change) => {
    const { code, wrong } = await judged(change)
    expect([code, wrong.length]).toEqual([1, 1])
    expect(wrong[0]).toMatch(says)
  })

  test('names who is not of the pool at all', async () => {
    const { code, last } = await judged((members) => [...members, { ...members[0]!, field: 'culture' }])
    expect([code, last]).toEqual([1, `${TENDER}: 19 of the pool, 1 wrong`])
  })

  test('is of no use for a tender that the log does not have, or in another format', async () => {
    await expect(judged((m) => m, 'R26BK99999999')).rejects.toBeInstanceOf(Unusable)
    const file = join(tempDir('opened'), 'pool.json')
    for (const text of ['no JSON', '{}', '{"typ":"pool.opened/1","tender":"x","members":[{}]}']) {
      writeFileSync(file, text)
      const said = judgeOpenedPool(file, folder, { lang: 'ko' }, { out: () => {}, err: () => {} })
      await expect(said).rejects.toBeInstanceOf(Unusable)
    }
  })
})
