// Does the tree keep its own house rules? This is the table of rooms, and a loop over every file.

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

interface Room {
  /** Which of our rooms it may import, besides itself. */
  readonly ours: readonly string[]
  /** Which of others' packages: names, scopes, or `node:` for Node's modules; 'all' but what `never` says. */
  readonly others: readonly string[] | 'all'
  readonly never?: readonly string[]
}

const ROOMS: Readonly<Record<string, Room>> = {
  'src/proof': { ours: [], others: ['jose', '@noble', 'canonicalize', 'age-encryption', '@scure/base'] },
  'src/domain': { ours: ['src/proof'], others: ['decimal.js'] },
  'src/api': { ours: ['src/proof', 'src/domain'], others: ['zod', '@asteasolutions/zod-to-openapi'] },
  'src/node': { ours: ['src/proof'], others: ['node:'] },
  db: { ours: ['src/domain'], others: ['drizzle-orm'] },
  'src/server': { ours: ['src/proof', 'src/domain', 'src/api', 'src/node', 'db'], others: 'all' },
  'src/keepers': { ours: ['src/proof', 'src/domain', 'src/api', 'src/node'], others: ['node:'] },
  'src/cli': { ours: ['src/proof', 'src/domain', 'src/api', 'src/node'], others: ['node:', 'commander'] },
  web: {
    ours: ['src/proof', 'src/domain', 'src/api'],
    others: 'all',
    never: ['node:', 'express', 'pg', 'drizzle-orm', 'socket.io', 'pino', 'helmet', '@node-rs'],
  },
}

const roomOf = (path: string) => Object.keys(ROOMS).find((room) => path.startsWith(`${room}/`))

/** What a file imports, statically, dynamically, for types only or to export again. */
function importsOf(code: string): string[] {
  const forms = [
    /(?:^|[\n;])\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/g,
    /(?:^|[\n;])\s*import\s*['"]([^'"]+)['"]/g,
    /\bimport\s*\(\s*['"]([^'"]+)['"]/g,
  ]
  return forms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1] ?? ''))
}

const named = (specifier: string, names: readonly string[]) =>
  names.some((name) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`))

/** Why the import may not be there, or null. */
function importOffence(path: string, specifier: string): string | null {
  const room = roomOf(path)
  const rules = room === undefined ? undefined : ROOMS[room]
  if (!room || !rules) return null
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier)
    if (!/\.(ts|tsx|json|css|svg)$/.test(specifier)) return 'a relative import ends in .ts'
    const targetRoom = roomOf(target)
    const allowed = targetRoom === room || (targetRoom !== undefined && rules.ours.includes(targetRoom))
    return allowed ? null : `${room} may import ${rules.ours.join(', ') || 'none of our rooms'}`
  }
  if (rules.others === 'all')
    return rules.never && named(specifier, rules.never) ? `${room} may not import ${specifier}` : null
  return named(specifier, rules.others) ? null : `${room} may import ${rules.others.join(', ')} of others`
}

/** The code without its comments, which may talk of anything. */
const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1')

interface Rule {
  readonly says: string
  readonly files: (path: string) => boolean
  readonly forbids: RegExp
  /** Look at the whole text, comments and all. */
  readonly comments?: boolean
}

const isCode = (path: string) => /\.(ts|tsx|mts|mjs|js)$/.test(path)
const isPure = (path: string) => isCode(path) && (path.startsWith('src/proof/') || path.startsWith('src/domain/'))
// In two pieces, so that this file does not hold what it forbids.
const machineFolders = ['work', 'root'].join('|')
const registries = [
  ['registry', 'npmjs'],
  ['npmjs', 'org'],
  ['deb', 'debian'],
  ['npmmirror', 'com'],
].map((parts) => parts.join('\\.'))

const RULES: readonly Rule[] = [
  {
    says: 'proof and domain have no clock: the time is handed in',
    files: isPure,
    forbids: /\bDate\s*\.\s*now\b|\bnew\s+Date\s*\(\s*\)|\bnew\s+Date\b(?!\s*\()|\bperformance\s*\.\s*now\b/,
  },
  {
    says: 'proof and domain have no randomness of their own',
    files: (path) => isPure(path) && path !== 'src/proof/web-primitives.ts',
    forbids: /\bMath\s*\.\s*random\b|\bcrypto\s*[.[]|\bglobalThis\s*\.\s*crypto\b/,
  },
  { says: 'proof and domain know no process', files: isPure, forbids: /\bprocess\s*[.[]\s*\w/ },
  {
    says: 'only src/server/config.ts reads the environment',
    files: (path) => isCode(path) && path.startsWith('src/server/') && path !== 'src/server/config.ts',
    forbids: /\bprocess\s*\.\s*env\b|\bprocess\s*\[|['"]node:process['"]|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/,
  },
  {
    // db/schema may: a check constraint cannot have parameters, and its words are our own tables'.
    says: 'SQL is never put together from text',
    files: (path) => isCode(path) && /^(src|scripts|bench)\//.test(path),
    forbids: /\bsql\s*\.\s*raw\b/,
  },
  {
    says: 'nothing names a folder of one machine',
    files: () => true,
    forbids: new RegExp(`(^|[^\\w./])/(${machineFolders})/`, 'm'),
    comments: true,
  },
  { says: 'nothing names a registry', files: () => true, forbids: new RegExp(registries.join('|')), comments: true },
]

const NOT_A_NAME = /^(utils?|helpers?|common|managers?|services?|types)\./

/** Everything that is wrong with one file, each with its path. */
function offences(path: string, text: string): string[] {
  const code = isCode(path) ? withoutComments(text) : text
  const found: string[] = []
  if (isCode(path)) {
    for (const specifier of importsOf(code)) {
      const why = importOffence(path, specifier)
      if (why) found.push(`${path} imports ${specifier}: ${why}`)
    }
    if (path.startsWith('src/')) {
      if (!roomOf(path)) found.push(`${path}: is in no room`)
      if (!/^(#![^\n]*\n)?(\/\/|\/\*)/.test(text)) found.push(`${path}: its first line does not say what it answers`)
    }
  }
  if (NOT_A_NAME.test(basename(path))) found.push(`${path}: the name says nothing`)
  for (const rule of RULES)
    if (rule.files(path)) {
      const hit = rule.forbids.exec(rule.comments ? text : code)
      if (hit) found.push(`${path}: ${rule.says} (${hit[0].trim()})`)
    }
  return found
}

/** All files of the project: what .gitignore leaves. */
function tree(dir = ''): string[] {
  const ignored = /^(node_modules|dist|\.data|coverage|\.git|\.env)$|\.log$/
  return readdirSync(join(ROOT, dir), { withFileTypes: true })
    .filter((entry) => !ignored.test(entry.name))
    .flatMap((entry) =>
      entry.isDirectory() ? tree(posix.join(dir, entry.name)) : entry.isFile() ? [posix.join(dir, entry.name)] : [],
    )
}

describe('the house rules', () => {
  test('are kept by every file', () => {
    const files = tree()
    // An empty tree would keep every rule.
    expect(files).toEqual(expect.arrayContaining(['package.json', 'src/server/config.ts', 'src/proof/bytes.ts']))
    const found = files.flatMap((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8')
      return text.includes('\0') ? [] : offences(path, text)
    })
    expect(found).toEqual([])
  })

  // One planted fault for each rule, so that a rule that sees nothing is itself seen.
  const head = '// What?\n'
  test.each([
    ['src/domain/x.ts', "import pg from 'pg'", /may import decimal\.js of others/],
    ['src/domain/x.ts', "import { serve } from '../server/serve.ts'", /src\/domain may import src\/proof/],
    ['src/proof/x.ts', "import { createHash } from 'node:crypto'", /src\/proof may import jose/],
    ['src/proof/x.ts', "export type { Tender } from '../domain/tenders/lifecycle.ts'", /none of our rooms/],
    ['src/keepers/x.ts', "import {\n  a,\n  b,\n} from '../server/db.ts'", /imports \.\.\/server\/db\.ts/],
    ['src/cli/x.ts', "const m = await import('../../db/schema/bids.ts')", /src\/cli may import/],
    [
      'src/node/x.ts',
      "import type { Tender } from '../domain/tenders/lifecycle.ts'",
      /src\/node may import src\/proof/,
    ],
    ['src/server/x.ts', "import { page } from '../../web/main.tsx'", /src\/server may import/],
    ['src/server/x.ts', "import { config } from './config'", /ends in \.ts/],
    ['web/x.tsx', "import fs from 'node:fs'", /web may not import node:fs/],
    ['db/x.ts', "import { config } from '../src/server/config.ts'", /db may import src\/domain/],
    ['src/loose.ts', 'export {}', /is in no room/],
    ['src/domain/x.ts', 'const now = Date.now()', /no clock/],
    ['src/domain/x.ts', 'const now = new Date()', /no clock/],
    ['src/domain/x.ts', 'const n = Math.random()', /no randomness/],
    ['src/proof/x.ts', 'crypto.getRandomValues(a)', /no randomness/],
    ['src/proof/x.ts', 'if (process.env.X) {}', /no process/],
    ['src/server/x.ts', 'const port = process.env.PORT', /reads the environment/],
    ['src/server/x.ts', 'const { env } = process', /reads the environment/],
    ['src/server/x.ts', 'sql.raw(text)', /SQL is never/],
    ['src/server/utils.ts', 'export {}', /name says nothing/],
    ['src/api/types.ts', 'export {}', /name says nothing/],
    ['README.md', `run it in /${'work'}/main`, /one machine/],
    ['test/x.ts', `// see /${'root'}/notes`, /one machine/],
    ['README.md', `from https://${'registry'}.npmjs.example`, /registry/],
  ])('see what is wrong with %s: %s', (path, text, says) => {
    expect(offences(path, isCode(path) ? head + text : text)).toEqual([expect.stringMatching(says)])
  })

  test('see a file of src that does not begin by saying what it answers', () => {
    expect(offences('src/domain/x.ts', 'export {}')).toEqual([expect.stringMatching(/first line/)])
  })

  test.each([
    ['src/domain/x.ts', "import { Decimal } from 'decimal.js'\nconst then = new Date('2026-01-01T00:00:00Z')"],
    ['src/domain/x.ts', "const says = 'the process is over. The crypto stays'"],
    ['src/domain/x.ts', "// Date.now() would be wrong here\nimport type { Json } from '../proof/canonical.ts'"],
    ['src/keepers/x.ts', "import { get } from 'node:http'\nimport { writeFileAtomic } from '../node/atomic-file.ts'"],
    ['src/server/config.ts', 'readConfig(process.env)'],
    ['src/proof/web-primitives.ts', 'crypto.subtle'],
  ])('leave %s alone with: %s', (path, text) => {
    expect(offences(path, head + text)).toEqual([])
  })
})
