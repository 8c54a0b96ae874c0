// Can a stranger check a receipt, a bundle and a head in the browser, and does the browser notice a log that is not the one it knew?
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { must } from '../../scripts/person.ts'
import { submitBid } from '../../src/api/bids.ts'
import { call } from '../../src/api/client.ts'
import { decideFact, declareFact } from '../../src/api/organisations.ts'
import { makeBundle } from '../../src/domain/audit/bundle.ts'
import { gather, logsOf } from '../../src/domain/audit/public-record.ts'
import { judgeReceiptFile } from '../../src/domain/audit/receipt-report.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { fromUtf8 } from '../../src/proof/bytes.ts'
import { readPolicy } from '../../src/proof/policy.ts'
import { verifyTlogProof } from '../../src/proof/receipt.ts'
import { readZip, writeZip } from '../../src/proof/zip.ts'
import { ENTRY, POLICY, RECEIPT } from '../../web/pages/how/verify-vector.ts'
import { tempDir } from '../support/processes.ts'
import { axe, chromium, drawn, openWeb, shot, sideways, strike, visit } from './harness.ts'
import { threeTenders } from './three-tenders.ts'

vi.setConfig({ testTimeout: 120_000 })

const web = await openWeb({ env: { MADANG_DEMO: '1' } })
const { awarded, open } = await threeTenders(web.world)

test('the example on the page of formats holds, and with any one character changed it does not', async () => {
  const policy = readPolicy(POLICY)
  expect(await verifyTlogProof(P, RECEIPT, new TextEncoder().encode(ENTRY), policy)).toMatchObject({
    index: 4,
    size: 10,
    quorum: { time: 1799975023 },
  })
  const letters = [...RECEIPT.matchAll(/[A-Za-z0-9+/]{20}/g)].map((m) => m.index + 7)
  expect(letters.length).toBeGreaterThan(10)
  for (const at of letters.filter((at) => at > RECEIPT.indexOf('index'))) {
    const other = RECEIPT[at] === 'A' ? 'B' : 'A'
    const changed = RECEIPT.slice(0, at) + other + RECEIPT.slice(at + 1)
    const held = await verifyTlogProof(P, changed, new TextEncoder().encode(ENTRY), policy)
    // One witness of three may be wrong.
    if (!('refused' in held)) expect(changed.slice(changed.lastIndexOf('\n', at), at)).toContain('witness')
  }
})

describe.skipIf(chromium === null)('in Chromium', () => {
  test('a receipt of an open entry is judged step by step, and a broken one fails', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, '/verify')
    const receipt = await (await fetch(`${web.url}/log/proof/2`)).text()
    const box = page.getByLabel('Receipt', { exact: true })
    await box.fill(receipt)
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByText(/checks hold/).waitFor({ timeout: 60_000 })
    const list = page.getByRole('list', { name: 'A receipt' })
    expect(await list.innerText()).toContain('place 2')
    await box.fill(receipt.replace('index 2', 'index 1'))
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByText(/check failed|checks failed/).waitFor({ timeout: 60_000 })
    await box.fill('not a receipt')
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByText(/cannot be read as a receipt/).waitFor({ timeout: 60_000 })
    expect(await axe(page)).toEqual([])
    expect(await sideways(page)).toEqual([])
  })

  test('a bundle saved by the page is the one that the program makes, verifies here, and a changed one fails', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, `/tenders/${awarded}?tab=log`)
    const saved = page.waitForEvent('download', { timeout: 60_000 })
    await page.getByRole('button', { name: 'Save the bundle' }).click()
    const file = join(tempDir('bundle'), 'saved.zip')
    await (await saved).saveAs(file)
    const { readFileSync } = await import('node:fs')
    const bytes = new Uint8Array(readFileSync(file))
    const made = await makeBundle(P, await gather(httpLogSource(`${web.url}/log`), null), awarded)
    expect(Buffer.compare(Buffer.from(bytes), Buffer.from(made!.bytes))).toBe(0)

    await visit(page, '/verify')
    // The same verdicts as the program's: the world of these tests moves its deadlines by hand, which an audit rightly minds.
    const verdictOf = (check: string) =>
      page.getByRole('list', { name: 'A tender’s bundle' }).locator('li', { hasText: check }).locator('.sr-only')
    await page.getByLabel('Bundle (.zip)').setInputFiles(file)
    await verdictOf('payloads').waitFor({ state: 'attached', timeout: 60_000 })
    expect(await verdictOf('payloads').textContent()).toBe('Holds: ')
    expect(await page.getByText('keys of this place’s log').count()).toBe(1)
    const failing = made!.checks.filter((c) => c.verdict === 'failed').length
    const title = failing === 0 ? /checks hold/ : failing === 1 ? 'One check failed.' : `${failing} checks failed.`
    await page.getByText(title).waitFor()
    const files = readZip(bytes)
    // Envelopes and the closing list have checks of their own; what a person signed is spoken for by that of the payloads.
    const signed = ([path, of]: [string, Uint8Array]) =>
      path.startsWith('log/payload/') && fromUtf8(of).startsWith('eyJ')
    const [name, payload] = [...files].find(signed)!
    const bad = new Map(files).set(name, payload.with(0, payload[0]! ^ 1))
    writeFileSync(file, writeZip(bad))
    await page.getByLabel('Bundle (.zip)').setInputFiles(file)
    await expect.poll(() => verdictOf('payloads').first().textContent(), { timeout: 60_000 }).toBe('Failed: ')
    writeFileSync(file, 'a text')
    await page.getByLabel('Bundle (.zip)').setInputFiles(file)
    await page.getByText('no bundle that can be read').waitFor({ timeout: 60_000 })
  })

  test('a head that was saved earlier belongs to the log; one of another log does not', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, '/verify')
    const head = await (await fetch(`${web.url}/log/checkpoint`)).text()
    await page.getByLabel('Signed head').fill(head)
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByText(/^The same log/).waitFor({ timeout: 60_000 })
    await page.getByLabel('Signed head').fill(RECEIPT.slice(RECEIPT.indexOf('\n\n') + 2))
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByText('do not belong together').waitFor({ timeout: 60_000 })
  })

  test('the log’s page shows head, growth and an entry with its proof, and finds a tender', async () => {
    const page = await web.newPage({ lang: 'en', width: 390 })
    await visit(page, '/log')
    await page.getByText('First look of this browser').waitFor({ timeout: 60_000 })
    await page.getByLabel('Index of an entry, or tender number').fill('x')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('Enter a whole number or a tender number').waitFor()
    await page.getByLabel('Index of an entry, or tender number').fill('1')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('Proven to be in the log').waitFor({ timeout: 60_000 })
    expect(await axe(page)).toEqual([])
    await page.getByLabel('Index of an entry, or tender number').fill('99999999')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('There is no entry 99999999').waitFor({ timeout: 60_000 })
    await page.getByLabel('Index of an entry, or tender number').fill(`${awarded}-000`)
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(`**/tenders/${awarded}?tab=log`)
    await drawn(page)
  })

  test('a browser that knows the log says so when it is shown another head of the same size, and a shorter log', async () => {
    const page = await web.newPage({ lang: 'en', allow: [/404/] })
    await visit(page, '/log')
    await page.getByText('First look of this browser').waitFor({ timeout: 60_000 })
    await page.reload()
    await page.getByText('The same log as at your last visit').waitFor({ timeout: 60_000 })
    // What it remembers is bent instead of the log: to the browser there is no difference.
    const bend = (change: string) =>
      page.evaluate(`new Promise((done, failed) => {
        const open = indexedDB.open('madang')
        open.onsuccess = () => {
          const store = open.result.transaction('seen', 'readwrite').objectStore('seen')
          store.get('head').onsuccess = (event) => {
            const kept = event.target.result
            store.put({ ...kept, ${change} }).onsuccess = () => done(true)
          }
        }
        open.onerror = () => failed(open.error)
      })`)
    await bend("root: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='")
    await page.reload()
    await page.getByText('contradicts what this browser saw').waitFor({ timeout: 60_000 })
    await visit(page, '/')
    await page.getByText('contradicts what this browser saw').first().waitFor({ timeout: 60_000 })
    await bend('size: kept.size + 5')
    await visit(page, '/log')
    await page.getByText(/had \d+ entries before and shows/).waitFor({ timeout: 60_000 })
  })
})

describe.skipIf(chromium === null)('the page of one’s own receipts', () => {
  /** What the program says of a file that the page saved. */
  async function judge(text: string) {
    const source = httpLogSource(`${web.url}/log`)
    const record = await gather(source, null)
    const own = readPolicy(fromUtf8((await source.get('policy')) as Uint8Array))
    const { steps } = await judgeReceiptFile(P, text, own, { ...record, logs: logsOf(record) })
    return steps
  }

  test('is for whoever is signed in, and says so when there is nothing yet', async () => {
    const page = await web.newPage({ lang: 'en', width: 390 })
    await visit(page, '/receipts')
    await page.getByText('Sign in first.').waitFor()
    const [nobody] = await web.world.add([{ id: 'bystander', org: 'audit-office', role: 'auditor' }])
    const other = await web.newPage({ lang: 'en', width: 390, as: nobody! })
    await visit(other, '/receipts')
    await other.getByText('Nothing of yours is in the log yet.').waitFor()
    expect(await axe(other)).toEqual([])
  })

  test('lists what an officer, an approver, an evaluator, a custodian and a bidder did, each with a file that verifies by itself', async () => {
    const { world } = web
    const bidder = world.supplier(1)
    const refused = await call(web.url, submitBid, {
      token: bidder.token,
      params: { no: open },
      headers: { 'idempotency-key': 'a-refusal-with-a-receipt' },
      body: (await bidder.seal(open, { technical: { approach: 'x' }, price: { amount: '1', currency: 'KRW' }, seq: 7 }))
        .body,
    })
    expect(refused).toMatchObject({ ok: false })
    await world.tick()
    const [keeper] = await world.add([{ id: 'keeper-of-keys', org: world.custodians[0]!.id, role: 'custodian' }])
    const evaluator = world.evaluators.find((one) => one.account.id.endsWith('-1'))!
    const expected = [
      [world.officer, ['Award', 'Scores locked', 'Tender published']],
      [world.approver, ['Approved as the second person']],
      [evaluator, ['Scores locked']],
      [keeper!, ['Key shares released', 'Opening keys offered']],
      [bidder, ['Bid handed in', 'Refused (the refusal is signed by the server)']],
    ] as const
    for (const [person, acts] of expected) {
      const page = await web.newPage({ lang: 'en', width: 390, as: person })
      await visit(page, '/receipts')
      for (const act of acts) {
        const row = page.getByRole('row').filter({ hasText: act }).first()
        await row.waitFor()
        // This world has no witnesses: an entry gets no further, and the page says why.
        expect(await row.getByRole('list', { name: 'How far' }).innerText()).toMatch(
          /Reached:\s*Entered[\s\S]*Not yet:\s*Witnessed/,
        )
        const saved = page.waitForEvent('download')
        await strike(page, row.getByRole('button', { name: 'Save receipt' }))
        const file = await saved
        expect(file.suggestedFilename()).toMatch(/^madang-.*\.tlog-proof$/)
        const text = (await import('node:fs')).readFileSync(await file.path(), 'utf8')
        const steps = await judge(text)
        expect(steps.filter((s) => s.verdict === 'failed')).toEqual([])
        const said = (step: string) => steps.find((s) => s.step === step)
        expect([said('entry')?.verdict, said('inclusion')?.verdict]).toEqual(['ok', 'ok'])
        if (act.startsWith('Refused')) expect(said('received')?.says.en).toContain('it refused this at')
        else if (act.startsWith('Bid')) expect(said('received')?.says.en).toContain('it received this at')
        // The control: one letter of what it proves changed, and it proves nothing.
        const bent = text.replace(/^extra (.)/m, (_, letter) => `extra ${letter === 'e' ? 'f' : 'e'}`)
        expect((await judge(bent)).some((s) => s.verdict === 'failed')).toBe(true)
      }
      expect(await axe(page)).toEqual([])
      expect(await sideways(page)).toEqual([])
      await shot(page, `receipts-${person.account.id}`)
    }
  })

  test('lists what the operator decided about an evaluator and a firm, found in the log by what opens it, each with a file', async () => {
    const { world } = web
    const [judge2] = await world.add([{ id: 'judge-of-fields', org: 'research-council', role: 'evaluator' }])
    await world.fields([judge2!], ['software'])
    const firm = world.supplier(1)
    const [administrator] = await world.add([{ id: 'head-of-firm', org: firm.account.org, role: 'administrator' }])
    const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)
    const said = { kind: 'size' as const, value: { class: 'small' }, from: day(-30), until: day(200) }
    for (const verdict of ['verified', 'refused'] as const) {
      const { id } = must('fact', await call(web.url, declareFact, { token: administrator!.token, body: said })).body
      const body = { verdict, statement: 'The register of firms says otherwise.' }
      const params = { org: firm.account.org, id }
      must('decision', await call(web.url, decideFact, { token: world.operator.token, params, body }))
    }
    await world.tick()
    for (const [person, acts] of [
      [judge2!, ['Evaluator’s field confirmed']],
      [firm, ['Qualification verified', 'Qualification refused']],
    ] as const) {
      const page = await web.newPage({ lang: 'en', width: 390, as: person })
      await visit(page, '/receipts')
      for (const act of acts) {
        const row = page.getByRole('row').filter({ hasText: act }).first()
        await row.getByText('Entered', { exact: false }).first().waitFor()
        const saved = page.waitForEvent('download')
        await strike(page, row.getByRole('button', { name: 'Save receipt' }))
        const text = (await import('node:fs')).readFileSync(await (await saved).path(), 'utf8')
        const steps = await judge(text)
        expect(steps.filter((s) => s.verdict === 'failed')).toEqual([])
        expect(steps.find((s) => s.step === 'inclusion')?.verdict).toBe('ok')
        const index = /^index (\d+)$/m.exec(text)?.[1]
        expect(await row.getByRole('link', { name: index ?? '-', exact: true }).count()).toBe(1)
      }
      expect(await axe(page)).toEqual([])
      expect(await sideways(page)).toEqual([])
    }
    // The control: another firm's people find nothing of it among theirs.
    const other = await web.newPage({ lang: 'en', as: world.supplier(2) })
    await visit(other, '/receipts')
    await other.getByText('Signing key enrolled').first().waitFor()
    expect(await other.getByText('Qualification').count()).toBe(0)
  })
})

test('what the server gives as heads is what it published', async () => {
  const { heads } = (await (await fetch(`${web.url}/api/v1/log/heads`)).json()) as { heads: { size: number }[] }
  const note = fromUtf8((await httpLogSource(`${web.url}/log`).get('checkpoint'))!)
  expect(heads[0]?.size).toBe(Number(note.split('\n')[1]))
})
