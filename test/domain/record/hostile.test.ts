// Can anything that a stranger writes into the log make the reading of a tender throw? Random payloads, re-logged by the log's own key.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { audit } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { CHECKS } from '../../../src/domain/record/finding.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, fromB64u, fromUtf8, utf8 } from '../../../src/proof/bytes.ts'
import { canonical, type Json, type JsonObject } from '../../../src/proof/canonical.ts'
import { openLeaf, readLeaf } from '../../../src/proof/leaf.ts'
import { Forge, forge, TENDER } from '../../support/forge.ts'

const original = await forge()

/** The same log, to be written into. */
function copy(): Forge {
  const log = new Forge({})
  for (const entry of original.entries) log.entries.push(entry)
  for (const [path, bytes] of original.files) log.files.set(path, bytes)
  return log
}

/** Puts another payload under an entry, as if it had been logged so. */
function relog(log: Forge, index: number, bytes: Uint8Array): void {
  const leaf = readLeaf(log.entries[index]!)
  if ('c' in leaf) return
  log.entries[index] = openLeaf({ ...leaf, h: log.put(bytes) })
}

const open = original.entries.flatMap((bytes, i) => ('c' in readLeaf(bytes) ? [] : [i]))
const text = (index: number) => new TextDecoder().decode(original.payloadAt(index))

type Path = (string | number)[]
function pathsIn(value: Json, path: Path = []): Path[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [path, ...inner.flatMap(([k, v]) => pathsIn(v, [...path, Array.isArray(value) ? Number(k) : k]))]
}

function withAt(value: Json, path: Path, put: Json): Json {
  const [step, ...rest] = path
  if (step === undefined) return put
  if (Array.isArray(value)) return value.map((v, i) => (i === step ? withAt(v, rest, put) : v))
  return { ...(value as JsonObject), [step]: withAt((value as JsonObject)[step] ?? null, rest, put) }
}

const anyJson = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    -1,
    0,
    1e15,
    '',
    '-',
    'x',
    [],
    {},
    [[]],
    { a: null },
    '2026-03-10T05:00:00Z',
    'technical',
    'price',
  ),
  fc
    .jsonValue({ maxDepth: 2 })
    .map(
      (v) =>
        JSON.parse(JSON.stringify(v ?? null), (_k, x) =>
          typeof x === 'number' ? Math.trunc(x % 1e6) || 0 : x,
        ) as Json,
    ),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => b64u(b)),
)

async function insistAnswers(log: Forge): Promise<void> {
  await log.publish()
  const checks = await audit(P, await gather(log.source(), null), TENDER)
  expect(checks.map((c) => c.check)).toEqual([...CHECKS])
  expect(checks.find((c) => c.check === 'tree')?.verdict).toBe('ok')
}

test('answers every check whatever stands in one member of one payload', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...open), fc.nat(), anyJson, async (index, where, put) => {
      const log = copy()
      const was = text(index)
      const signed = !was.startsWith('{')
      const [head = '', body = '', tail = ''] = was.split('.')
      const payload = JSON.parse(signed ? Buffer.from(body, 'base64url').toString() : was) as Json
      const paths = pathsIn(payload)
      const changed = withAt(payload, paths[where % paths.length]!, put)
      let written: string
      try {
        written = canonical(changed)
      } catch {
        return
      }
      // Of signed payloads the signature is then wrong; the reading must come as far as finding that out.
      relog(log, index, utf8(signed ? `${head}.${b64u(utf8(written))}.${tail}` : written))
      await insistAnswers(log)
    }),
    { numRuns: 150 },
  )
})

test('answers every check when a rule of any shape is published with its own hash', { timeout: 120_000 }, async () => {
  const index = original.indexesOf('tender.notice/1')[0]!
  const [head = '', body = '', tail = ''] = text(index).split('.')
  const notice = JSON.parse(fromUtf8(fromB64u(body))) as JsonObject
  const paths = pathsIn(notice.rule as Json)
  await fc.assert(
    fc.asyncProperty(fc.nat(), anyJson, async (where, put) => {
      const rule = withAt(notice.rule as Json, paths[where % paths.length]!, put)
      const log = copy()
      try {
        const ruleHash = b64u(P.sha256(utf8(canonical(rule))))
        const written = b64u(utf8(canonical({ ...notice, rule, ruleHash })))
        relog(log, index, utf8(`${head}.${written}.${tail}`))
      } catch {
        return
      }
      await insistAnswers(log)
    }),
    { numRuns: 100 },
  )
})

test('answers every check when a payload is any bytes at all', { timeout: 120_000 }, async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string().map(utf8),
    fc.constantFrom(utf8('..'), utf8('{}'), utf8('a.b.c'), utf8('[]')),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...open), bytes, async (index, put) => {
      const log = copy()
      relog(log, index, put)
      await insistAnswers(log)
    }),
    { numRuns: 80 },
  )
})

test('passes over an entry that is in no format, and finds it when the closing list names it', async () => {
  const log = copy()
  log.entries.push(utf8('not an entry'))
  await log.publish()
  const checks = await audit(P, await gather(log.source(), null), TENDER)
  expect(checks.filter((c) => c.verdict === 'failed')).toEqual([])

  const hit = copy()
  const sealed = hit.entries.findIndex((e) => 'c' in readLeaf(e))
  hit.entries[sealed] = utf8('not an entry')
  await hit.publish()
  const broken = await audit(P, await gather(hit.source(), null), TENDER)
  expect(broken.filter((c) => c.verdict === 'failed').map((c) => c.check)).toEqual(['closing-list'])
})
