// Who lives in the demonstration world, with which passwords? Made once per world, kept beside its data, printed at each start.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from '../../src/node/atomic-file.ts'
import type { House } from '../house.ts'
import { type Account, type Invented, makePeople, type Organisation } from '../people.ts'
import { Person } from '../person.ts'
import { AGENCIES, FIRMS } from './notices.ts'

const OTHERS: Organisation[] = [
  { id: 'operator', ko: '마당 운영자', en: 'Madang operator' },
  { id: 'audit-office', ko: '가온감사원 (가상)', en: 'Gaon Audit Office (invented)' },
  { id: 'agency', ko: '발주기관 열쇠 보관소 (가상)', en: 'Agencies’ key office (invented)' },
  { id: 'timekeeper', ko: '가온표준시각원 (가상)', en: 'Gaon Standard Time Office (invented)' },
  { id: 'pool', ko: '평가위원단 (가상)', en: 'Evaluators’ pool (invented)' },
]

const PEOPLE: Invented[] = [
  { id: 'operator-1', org: 'operator', role: 'operator', name: '운영자' },
  { id: 'auditor-1', org: 'audit-office', role: 'auditor', name: '감사관 이가온' },
  ...AGENCIES.slice(0, 1).map(
    (a): Invented => ({ id: `administrator-${a.id}`, org: a.id, role: 'administrator', name: `기관 관리자 (${a.id})` }),
  ),
  ...AGENCIES.map((a): Invented => ({ id: `officer-${a.id}`, org: a.id, role: 'officer', name: `계약담당 (${a.id})` })),
  ...AGENCIES.map((a): Invented => ({ id: `approver-${a.id}`, org: a.id, role: 'approver', name: `승인자 (${a.id})` })),
  ...Array.from({ length: 7 }, (_, i): Invented => {
    return { id: `evaluator-${i + 1}`, org: 'pool', role: 'evaluator', name: `평가위원 ${i + 1}` }
  }),
  ...FIRMS.map((f): Invented => ({ id: `rep-${f.id}`, org: f.id, role: 'supplier', name: `입찰담당 (${f.id})` })),
]

export type World = {
  accounts: Account[]
  person: (id: string) => Person
  all: (role: Invented['role']) => Person[]
}

/** Makes the people of a fresh world, or finds those of an old one. */
export async function populate(house: House): Promise<World> {
  const file = join(house.dataDir, 'demo-accounts.json')
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Account[]) : []
  if (known.some((account) => account.totp === undefined))
    throw new Error(
      `the world of ${house.dataDir} is older than second factors: remove that folder, and a new one is made`,
    )
  // An old world lacks those who came to this table since.
  const missing = PEOPLE.filter(({ id }) => !known.some((account) => account.id === id))
  const accounts = [...known]
  if (missing.length > 0) {
    accounts.push(...(await makePeople(house, [...OTHERS, ...AGENCIES, ...FIRMS], missing)))
    writeFileAtomic(file, `${JSON.stringify(accounts, null, 1)}\n`)
  }
  const persons = new Map(accounts.map((account) => [account.id, new Person(house.url, account)]))
  const person = (id: string): Person => {
    const found = persons.get(id)
    if (!found) throw new Error(`nobody is called ${id}`)
    return found
  }
  await Promise.all([...persons.values()].map((p) => p.signIn()))
  // A key lives as long as the program that made it: each start enrols a new one in place of the old.
  const signing = [...persons.values()].filter((p) => p.account.role === 'officer' || p.account.role === 'supplier')
  for (const p of signing) await p.enrol()
  return { accounts, person, all: (role) => [...persons.values()].filter((p) => p.account.role === role) }
}
