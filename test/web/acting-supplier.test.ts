// Can a supplier bid, replace and withdraw in a browser, and is nothing sealed or believed that does not check?
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { and, eq } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { bidAct, bidReceipt, envelope } from '../../db/schema/bids.ts'
import { upload } from '../../db/schema/files.ts'
import { keyset } from '../../db/schema/tenders.ts'
import { approveAll, must } from '../../scripts/person.ts'
import { readProof } from '../../src/api/bids.ts'
import { call } from '../../src/api/client.ts'
import { listCustodians, rotateCustodian } from '../../src/api/custodians.ts'
import { listFiles } from '../../src/api/files.ts'
import { restoreOrganisation, suspendOrganisation } from '../../src/api/organisations.ts'
import { readEvents } from '../../src/api/tenders.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u } from '../../src/proof/bytes.ts'
import type { Json } from '../../src/proof/canonical.ts'
import { readKeyset } from '../../src/proof/keyset.ts'
import { sealed } from '../../src/server/files/file-store.ts'
import { randomScalar, scalarSigner } from '../../src/server/keys.ts'
import { smallDisk } from '../support/small-disk.ts'
import { eventually } from '../support/world.ts'
import { TestCustodian } from '../support/world-keepers.ts'
import { axe, chromium, openWeb, shot, sideways, visit } from './harness.ts'

/** Of the server: too small for the room that it keeps free. */
const disk = smallDisk(2048)
const web = await openWeb({ suppliers: 0 })
const { world } = web
// Before the world runs by itself, since publishing drives it, too.
const tenders: string[] = []
for (let i = 0; i < 10; i++) tenders.push(await world.publish())
const aTender = () => {
  const no = tenders.pop()
  if (no === undefined) throw new Error('more tenders are published above')
  return no
}
const stop = world.runs()
afterAll(() => stop())
const firm = async (n: number) =>
  (await world.add([{ id: `bidder-${n}`, org: `maker-${n}`, role: 'supplier' }]))[0] as (typeof world.people)[number]

async function write(page: Page, amount: string, summary = '두 문장으로 쓴 요약입니다.') {
  await page.getByLabel('요약').fill(summary)
  await page.getByLabel('수행 방안').fill('단계별로 이행하고 품질 지표를 공개합니다.')
  await page.getByLabel(/입찰가격/).fill(amount)
  await page.getByRole('button', { name: '확인 화면으로' }).click()
}
const enrol = (page: Page) => page.getByRole('button', { name: '서명 열쇠 만들고 등록하기' }).click()
const seal = (page: Page) => page.getByRole('button', { name: '봉인하고 제출하기' }).click()
const entered = (page: Page) => page.getByText('포함 증명을 이 브라우저에서 확인했습니다').waitFor()
/** The proof is looked for before it is there. */
const allow = [/\/proofs\//]

const good = async (page: Page, name: string) => {
  await shot(page, name)
  expect(await sideways(page), name).toEqual([])
  expect(await axe(page), name).toEqual([])
}

describe.skipIf(chromium === null)('a supplier in a browser', () => {
  test('is asked to sign in, and told when the page is for others', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, '/s')
    await page.getByText('Sign in').last().waitFor()
    const officer = await web.newPage({ lang: 'en', as: world.officer })
    await visit(officer, '/s')
    await officer.getByText('This page is for suppliers').waitFor()
    expect(await axe(officer)).toEqual([])
  })

  test('writes, seals, gets a receipt that its own browser verifies, replaces and withdraws', async () => {
    const no = aTender()
    const bidder = await firm(1)
    const page = await web.newPage({ as: bidder, allow })
    await visit(page, '/s')
    await page.getByRole('row').filter({ hasText: no }).getByRole('link').click()
    await enrol(page)
    await page.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    await shot(page, 'supplier-form-ko-1280')

    await page.getByRole('button', { name: '확인 화면으로' }).click()
    await page.getByRole('alert').filter({ hasText: '입찰가격을 1원 이상의' }).waitFor()
    await page.getByRole('link', { name: '입찰가격을 1원 이상의 숫자로 적어 주세요.' }).click()
    expect(await page.evaluate('document.activeElement.id')).toBe('bid-amount')
    expect(await axe(page)).toEqual([])
    await shot(page, 'supplier-errors-ko-1280')

    await write(page, '98,000,000원')
    await page.getByText('일금 구천팔백만원정').waitFor()
    await shot(page, 'supplier-review-ko-1280')
    expect(await axe(page)).toEqual([])
    await seal(page)
    await entered(page)
    await page.getByText('아직 증인이 없습니다').waitFor()
    await shot(page, 'supplier-receipt-ko-1280')
    expect(await axe(page)).toEqual([])
    expect(await sideways(page)).toEqual([])

    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: '접수증 파일 받기' }).click()
    const file = JSON.parse(readFileSync(await (await saved).path(), 'utf8'))
    expect(file).toMatchObject({ format: 'madang-receipt/1', tender: no, kind: 'submission' })
    expect(file.proof).toMatch(/^c2sp\.org\/tlog-proof@v1\n/)
    expect(Object.keys(file.seeds)).toEqual(['technical', 'price'])
    const proof = await call(web.url, readProof, { params: { c: file.receiptNumber } })
    expect(proof.ok).toBe(true)

    // Nobody but its bidder's browser ever had the price in the clear.
    for (const text of [JSON.stringify(file.envelopes), file.submission]) expect(text).not.toContain('98000000')

    await page.getByRole('link', { name: '이 공고의 내 입찰로 돌아가기' }).click()
    await page.getByRole('button', { name: '다른 내용으로 바꾸기' }).click()
    expect(await page.getByLabel('요약').inputValue()).toBe('두 문장으로 쓴 요약입니다.')
    await write(page, '97000000')
    await page.getByText('지금 들어 있는 입찰서를 바꿉니다.').waitFor()
    await seal(page)
    await entered(page)
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    expect(await row('1. 입찰서').innerText()).toContain('바뀜')
    expect(await row('2. 입찰서').innerText()).toContain('유효')

    await page.getByRole('link', { name: '이 공고의 내 입찰로 돌아가기' }).click()
    await page.getByRole('button', { name: '철회하기' }).click()
    await page.getByRole('alertdialog').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: '서명하고 철회하기' }).click()
    await page.getByText('입찰이 철회되었습니다').waitFor()
    await entered(page)
    expect(await row('3. 철회').innerText()).toContain('철회')
    await shot(page, 'supplier-withdrawn-ko-1280')
    await visit(page, '/s')
    await page.getByRole('row').filter({ hasText: no }).getByText('철회함').waitFor()
    await shot(page, 'supplier-list-ko-1280')
    expect(await axe(page)).toEqual([])
  }, 90_000)

  test('adds files that are sealed here, goes on where the line broke, and anybody gets them back after the opening', async () => {
    const no = aTender()
    const page = await web.newPage({ as: await firm(21), allow: [/\/proofs\//, /\/uploads\//] })
    await visit(page, `/s/${no}`)
    await enrol(page)
    await page.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    const plan = { name: '제안서 1.pdf', mimeType: 'application/pdf', buffer: Buffer.from(P.random(5_000_000)) }
    const text = (name: string, content: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) })
    const input = page.locator('#files-technical')

    // Every reason against each, and none of them is added.
    await input.setInputFiles([text('a.exe', 'x'), text('empty.txt', ''), text('a\u202Efdp.txt', 'x')])
    const away = page.getByRole('alert').filter({ hasText: 'a.exe' })
    for (const says of ['받지 않는 종류입니다.', '빈 파일입니다.', '이름에 쓸 수 없는 글자가 있습니다'])
      await away.getByText(says).waitFor()

    // The line breaks in the middle of the second piece: nothing is sent twice from the beginning.
    const offsets: string[] = []
    let cut = 0
    await page.route('**/api/v1/uploads/*', async (route) => {
      const request = route.request()
      if (request.method() !== 'PATCH') return route.continue()
      const offset = request.headers()['upload-offset'] ?? ''
      if (offset !== '0' && cut++ === 0) return route.abort('connectionreset')
      offsets.push(`${request.url()} ${offset}`)
      return route.continue()
    })
    await input.setInputFiles([plan, text('곧 뺄 것.txt', 'x')])
    const file = (name: string) => page.getByRole('listitem').filter({ hasText: name })
    await file('제안서 1.pdf').getByText('봉인하여 올렸습니다').waitFor({ timeout: 60_000 })
    expect(cut).toBeGreaterThan(0)
    const begun = offsets.filter((offset) => offset.endsWith(' 0'))
    expect(new Set(begun).size).toBe(begun.length)
    await file('곧 뺄 것.txt').getByText('봉인하여 올렸습니다').waitFor({ timeout: 60_000 })
    await page.locator('#files-price').setInputFiles([text('산출내역.csv', '1,2,3')])
    await file('산출내역.csv').getByText('봉인하여 올렸습니다').waitFor({ timeout: 60_000 })
    const copied = page.waitForEvent('download')
    await page.getByRole('button', { name: '봉인된 사본 받기 제안서 1.pdf' }).click()
    expect((await copied).suggestedFilename()).toBe('제안서 1.pdf.age')
    const copy = readFileSync(await (await copied).path())
    await page.getByRole('button', { name: '빼기 곧 뺄 것.txt' }).click()
    expect(await file('곧 뺄 것.txt').count()).toBe(0)
    expect(await axe(page)).toEqual([])
    expect(await sideways(page)).toEqual([])
    await shot(page, 'supplier-files-ko-1280')
    await write(page, '95000000')
    await page.getByText('4.8 MB').first().waitFor()
    expect(await axe(page)).toEqual([])
    await seal(page)
    await entered(page)
    const uploads = await world.db.withTx(({ tx }) => tx.select().from(upload).where(eq(upload.tender, no)))
    expect(uploads.every((row) => row.doneAt !== null)).toBe(true)
    for (const row of uploads)
      expect(
        Buffer.compare(
          readFileSync(join(world.config.filesDir, sealed(row))).subarray(0, 21),
          Buffer.from('age-encryption.org/v1'),
        ),
      ).toBe(0)

    await world.passDeadline(no)
    await eventually('the opening', async () => (await world.view(no)).state === 'technical_opening')
    await eventually('the list', () => world.listOf(no, 'technical').catch(() => null))
    // The service has lost the file that it gave a receipt for. Its bidder hears of it, and brings it back with the copy.
    const outcome = async () => {
      const files = await call(world.url, listFiles, { params: { no } })
      return files.ok ? files.body.files[0]?.outcome : null
    }
    const [lost] = uploads.filter((row) => row.ct === b64u(P.sha256(copy)))
    rmSync(join(world.config.filesDir, sealed(lost!)))
    await world.release(no, 'technical')
    await eventually('that it is missed', async () => (await outcome()) === 'missing')
    await visit(page, `/s/${no}`)
    await page.getByRole('alert').filter({ hasText: '첨부 파일 ‘제안서 1.pdf’ 하나를 잃었습니다' }).waitFor()
    const pick = page.getByLabel('‘제안서 1.pdf’의 봉인된 사본(.age)')
    await pick.setInputFiles(text('다른 것.age', 'x'))
    await page.getByText('서명된 지문과 다릅니다. 보내지 않았습니다.').waitFor()
    expect(await axe(page)).toEqual([])
    expect(await outcome()).toBe('missing')
    await pick.setInputFiles({ name: '제안서 1.pdf.age', mimeType: 'application/octet-stream', buffer: copy })
    await page.getByText('되돌린 파일: ‘제안서 1.pdf’').waitFor()
    await shot(page, 'supplier-file-back-ko-1280')
    await eventually('what was found of the file', async () => {
      const files = await call(world.url, listFiles, { params: { no } })
      return files.ok && files.body.files[0]?.outcome === 'agrees'
    })
    const visitor = await web.newPage({ lang: 'en', width: 390 })
    await visit(visitor, `/tenders/${no}?tab=opening`)
    await visitor.getByText('The file that was sealed: both hashes agree.').first().waitFor()
    const saved = visitor.waitForEvent('download')
    await visitor.getByRole('link', { name: 'Download 제안서 1.pdf' }).click()
    const download = await saved
    expect(download.suggestedFilename()).toBe('제안서 1.pdf')
    expect(Buffer.compare(readFileSync(await download.path()), plan.buffer)).toBe(0)
    await visitor.getByRole('button', { name: 'Check in this browser' }).click()
    await expect.poll(() => visitor.getByText('both hashes agree').count(), { timeout: 60_000 }).toBe(2)
    // In the room each opened envelope says how many files came with it, and whether they are those that were sealed.
    const room = await web.newPage({ lang: 'en', width: 390 })
    await visit(room, `/tenders/${no}/opening`)
    await room
      .getByRole('button', { name: /Details/ })
      .first()
      .click()
    await room.getByText('One file: it is the one that was sealed, the hashes agree.').first().waitFor()
    expect(await axe(room)).toEqual([])
    expect(await sideways(room)).toEqual([])
    await shot(room, 'room-files-en-390')
    // What is of the price stays sealed with the price.
    expect(await visitor.getByText('산출내역.csv').count()).toBe(0)
    expect(await axe(visitor)).toEqual([])
    expect(await sideways(visitor)).toEqual([])
    await shot(visitor, 'tender-files-en-390')
  }, 120_000)

  test('drops files by the mouse, takes one away while it goes up, is told of a full disk, and seals anew after a refusal', async () => {
    const no = aTender()
    const mine = await firm(31)
    const [colleague] = await world.add([{ id: 'colleague-31', org: 'maker-31', role: 'supplier' }])
    const page = await web.newPage({ as: mine, allow: [/\/proofs\//, /\/uploads/, /\/bids/] })
    await visit(page, `/s/${no}`)
    await enrol(page)
    await page.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    const file = (name: string) => page.getByRole('listitem').filter({ hasText: name })
    const ready = (name: string) => file(name).getByText('봉인하여 올렸습니다').waitFor({ timeout: 60_000 })
    const remove = (name: string) => page.getByRole('button', { name: `빼기 ${name}` }).click()
    const uploads = () => world.db.withTx(({ tx }) => tx.select().from(upload).where(eq(upload.tender, no)))
    const zone = page.locator('div:has(> h3#files-technical-title)')
    const drop = async (...names: string[]) => {
      const dataTransfer = await page.evaluateHandle(`(() => {
        const held = new DataTransfer()
        for (const name of ${JSON.stringify(names)}) held.items.add(new File(['내용 ' + name], name, { type: 'text/plain' }))
        return held
      })()`)
      await zone.dispatchEvent('dragover', { dataTransfer })
      expect(await zone.getAttribute('class')).toContain('border-primary')
      await zone.dispatchEvent('drop', { dataTransfer })
      expect(await zone.getAttribute('class')).not.toContain('border-primary')
    }

    // Dropped like picked: what may not be added is turned away, the rest is sealed and sent.
    await drop('끌어온 것.txt', '끌어온 것.exe')
    await page.getByRole('alert').filter({ hasText: '끌어온 것.exe' }).getByText('받지 않는 종류입니다.').waitFor()
    await ready('끌어온 것.txt')

    // One is taken away while its bytes are on the way: it goes, also from the server, and the next one is not held up by it.
    let arrived = () => {}
    let let_go = () => {}
    const onTheWay = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const held = new Promise<void>((resolve) => {
      let_go = resolve
    })
    let first = true
    await page.route('**/api/v1/uploads/*', async (route) => {
      if (route.request().method() !== 'PATCH' || !first) return route.continue()
      first = false
      arrived()
      await held
      return route.abort('aborted').catch(() => {})
    })
    await drop('가다 마는 것.txt', '그다음 것.txt')
    await onTheWay
    expect((await uploads()).length).toBe(2)
    await remove('가다 마는 것.txt')
    expect(await file('가다 마는 것.txt').count()).toBe(0)
    let_go()
    await ready('그다음 것.txt')
    await page.unroute('**/api/v1/uploads/*')
    await expect.poll(async () => (await uploads()).length, { timeout: 45_000 }).toBe(2)
    expect((await uploads()).every((row) => row.doneAt !== null)).toBe(true)

    // The server's disk has no room: said in words, the others stay, and with room again the same file goes up.
    if (disk) {
      const deps = world.api.deps as { config: typeof world.config }
      const before = deps.config
      deps.config = { ...before, filesDir: disk.dir }
      await drop('자리 없음.txt')
      await file('자리 없음.txt').getByText('서버에 자리가 없습니다.').waitFor({ timeout: 60_000 })
      expect(await axe(page)).toEqual([])
      deps.config = before
      await ready('끌어온 것.txt')
      await page.getByRole('button', { name: '다시 올리기 자리 없음.txt' }).click()
      await ready('자리 없음.txt')
    }

    // A bid of the same firm came meanwhile: this one is refused, its envelope is used up, and its files are sealed anew for the next.
    await write(page, '94000000')
    await page.getByText('94,000,000').first().waitFor()
    await colleague!.enrol()
    await world.bid(no, colleague!)
    const sealedBefore = (await uploads()).map((row) => row.ct).sort()
    await seal(page)
    await page.getByText('이번에 보낸 것은 효력이 없습니다.').first().waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: '돌아가기' }).click()
    await expect
      .poll(
        async () => (await uploads()).filter((row) => row.doneAt !== null && !sealedBefore.includes(row.ct)).length,
        {
          timeout: 60_000,
        },
      )
      .toBe(disk ? 3 : 2)
    expect(await axe(page)).toEqual([])
    expect(await sideways(page)).toEqual([])
  }, 120_000)

  test('is shown at once that the bid was dropped or its envelope lost, and mends both with what the browser kept', async () => {
    const no = aTender()
    const page = await web.newPage({ as: await firm(9), allow })
    await visit(page, `/s/${no}`)
    await enrol(page)
    await write(page, '96000000')
    await seal(page)
    await entered(page)
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: '접수증 파일 받기' }).click()
    const path = await (await saved).path()

    const { db } = world
    const own = and(eq(bidAct.tender, no), eq(bidAct.bidder, 'maker-9'))
    const second = Math.floor(Date.now() / 1000)
    await eventually('the next second', () => Math.floor(Date.now() / 1000) > second)
    await db.withTx(async ({ tx }) => {
      const [act] = await tx.select().from(bidAct).where(own)
      await tx.delete(bidReceipt).where(eq(bidReceipt.act, act?.id ?? -1))
      await tx.delete(bidAct).where(own)
      await tx.delete(envelope).where(eq(envelope.tender, no))
    })
    await world.passDeadline(no, 3600)
    await eventually('the close', async () => (await world.view(no)).state === 'closed')
    await visit(page, `/s/${no}`)
    await page.getByRole('alert').filter({ hasText: '마감 목록에 없습니다' }).waitFor()
    expect(await axe(page)).toEqual([])
    expect(await sideways(page)).toEqual([])
    await shot(page, 'supplier-dropped-ko-1280')
    await page.getByRole('button', { name: '접수증으로 되돌리기' }).click()
    await page.getByText('되돌렸습니다').waitFor()
    // It is listed again, and nothing is left to mend.
    await page.getByRole('row').filter({ hasText: '1. 입찰서' }).getByText('유효').waitFor()

    await db.withTx(({ tx }) => tx.update(envelope).set({ bytes: null }).where(eq(envelope.tender, no)))
    const lost = page.getByRole('alert').filter({ hasText: '봉투 파일을 잃었습니다: 기술 봉투, 가격 봉투' })
    await lost.waitFor()
    await page.getByRole('button', { name: '봉투 되살리기' }).click()
    await page.getByText('봉투 파일을 잃었습니다').waitFor({ state: 'hidden' })
    const left = await db.withTx(({ tx }) => tx.select().from(envelope).where(eq(envelope.tender, no)))
    expect(left.map((row) => row.bytes !== null)).toEqual([true, true])

    // Another browser of the firm has nothing but the saved file.
    await db.withTx(({ tx }) => tx.update(envelope).set({ bytes: null }).where(eq(envelope.tender, no)))
    const elsewhere = await web.newPage({ as: world.person('bidder-9'), lang: 'en', width: 390 })
    await visit(elsewhere, `/s/${no}`)
    await elsewhere.getByText('This browser does not have the file').waitFor()
    await elsewhere.getByLabel('Receipt file').setInputFiles({
      name: 'other.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"format":"madang-receipt/1","tender":"R26BK99999999"}'),
    })
    await elsewhere.getByText('This is not a receipt file of this tender.').waitFor()
    await elsewhere.getByLabel('Receipt file').setInputFiles(path)
    await elsewhere.getByRole('button', { name: 'Bring the envelope back' }).click()
    await elsewhere.getByText('The service has lost').waitFor({ state: 'hidden' })
    expect(await axe(elsewhere)).toEqual([])
    expect(await sideways(elsewhere)).toEqual([])
  }, 90_000)

  const PASSPHRASE = '봉인한 것을 되살릴 암호문구'
  /** The browser loses what it keeps of bids, and not the signing key. */
  const FORGET_ACTS = `new Promise((done, failed) => {
    const opening = indexedDB.open('madang')
    opening.onerror = () => failed(opening.error)
    opening.onsuccess = () => {
      const tx = opening.result.transaction('acts', 'readwrite')
      tx.objectStore('acts').clear()
      tx.oncomplete = () => {
        opening.result.close()
        done(true)
      }
    }
  })`

  test('seals again for an overseer’s order, and the opening goes on with other custodians', async () => {
    const no = aTender()
    const page = await web.newPage({ as: await firm(8), allow })
    await visit(page, `/s/${no}`)
    await enrol(page)
    await write(page, '95000000')
    await seal(page)
    await entered(page)
    // Its secrets leave the browser in a file alone, shut with a passphrase.
    await page.getByText('파일의 비밀 값을 암호문구로 잠그기').click()
    await page.getByLabel('파일의 암호문구').fill('짧다')
    await page.getByText('12자 이상 적거나 비워 두세요.').waitFor()
    await page.getByLabel('파일의 암호문구').fill(PASSPHRASE)
    expect(await axe(page)).toEqual([])
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: '접수증 파일 받기' }).click()
    const path = await (await saved).path()
    expect(JSON.parse(readFileSync(path, 'utf8')).seeds).toEqual({ age: expect.stringContaining('BEGIN AGE') })
    await page.evaluate(FORGET_ACTS)
    const others = [new TestCustodian('custodian-4'), new TestCustodian('custodian-5')]
    for (const one of others) {
      await one.enrol(world.url, world.operator.token)
      await one.offer(world.url, 10)
    }
    const second = Math.floor(Date.now() / 1000)
    await eventually('the next second', () => Math.floor(Date.now() / 1000) > second)
    await world.passDeadline(no)
    await eventually('the opening', async () => (await world.view(no)).state === 'technical_opening')

    const overseer = await web.newPage({ as: world.auditor, lang: 'en', width: 390 })
    await visit(overseer, `/tenders/${no}`)
    await overseer.getByRole('link', { name: 'Have bidders seal again' }).click()
    await overseer.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    await overseer.getByLabel('Reason').fill('Two of the three custodians lost their machines.')
    for (const id of ['custodian-1', 'custodian-2', 'custodian-3']) await overseer.getByLabel(id).uncheck()
    expect(await axe(overseer)).toEqual([])
    expect(await sideways(overseer)).toEqual([])
    await overseer.getByRole('button', { name: 'Sign, and have bidders seal again' }).click()
    await overseer.getByText('Bidders are sealing again: 0 of 1 have answered.').waitFor()

    await visit(page, `/s/${no}`)
    await page.getByText('입찰을 다시 봉인해 주십시오.').waitFor()
    expect(await axe(page)).toEqual([])
    await shot(page, 'supplier-seal-again-ko-1280')
    // Who ordered it and to whom the bid would be sealed is read from the log, a moment after the order was given.
    await page.getByText('custodian-4, custodian-5 (2곳 중 2곳이 모여야 열립니다)').waitFor()
    await page.getByText('비밀값이 이 브라우저에 없습니다.').waitFor()
    const again = page.locator('section').filter({ hasText: '비밀값이 이 브라우저에 없습니다.' }).last()
    await again.getByLabel('접수증 파일').setInputFiles(path)
    await page.getByLabel('파일의 암호문구').fill(`${PASSPHRASE}?`)
    await page.getByRole('button', { name: '파일의 비밀 값 열기' }).click()
    await page.getByText('이 파일의 암호문구가 아니거나').waitFor({ timeout: 60_000 })
    await page.getByLabel('파일의 암호문구').fill(PASSPHRASE)
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: '파일의 비밀 값 열기' }).click()
    await page.getByRole('button', { name: '다시 봉인해 내기' }).click()
    await page.getByText('다시 봉인해 냈습니다.').waitFor()
    const [row] = await world.db.withTx(({ tx }) =>
      tx
        .select()
        .from(keyset)
        .where(and(eq(keyset.tender, no), eq(keyset.kind, 'rekey-technical'))),
    )
    const ks = row?.ks as string
    const listed = await eventually('the list', async () => {
      const answer = await call(web.url, readEvents, { params: { no }, query: { limit: 1000 } })
      return answer.ok && answer.body.events.find((e) => e.typ === 'opening.list/1' && e.payload.includes(ks))
    })
    for (const one of others) {
      const jws = await one.release(world.url, readKeyset(P, row?.body as Json), ks, listed.payload)
      expect((await one.post(world.url, no, jws)).ok).toBe(true)
    }
    await eventually('the evaluation', async () => (await world.view(no)).state === 'evaluating')
  }, 90_000)

  test('refuses to seal when the log serves another keyset than it signed, and sends nothing', async () => {
    const no = aTender()
    const page = await web.newPage({ as: await firm(2), allow })
    let sent = 0
    await page.context().route('**/bids', (route) => {
      sent++
      return route.continue()
    })
    await page.context().route('**/log/payload/*', async (route) => {
      const answer = await route.fetch()
      const body = await answer.text()
      const [header, payload, signature] = body.split('.')
      const said = Buffer.from(payload ?? '', 'base64url').toString()
      const lie = Buffer.from(said.replace('"minBids":1', '"minBids":2')).toString('base64url')
      const concerned = said.includes('"minBids":1') && said.includes(no)
      await route.fulfill({ response: answer, body: concerned ? [header, lie, signature].join('.') : body })
    })
    await visit(page, `/s/${no}`)
    await enrol(page)
    await write(page, '91000000')
    await seal(page)
    await page.getByText('기록이 맞지 않아 멈췄습니다.').first().waitFor()
    await page.getByText('아무것도 봉인하거나 보내지 않았습니다.').first().waitFor()
    await shot(page, 'supplier-doubts-ko-1280')
    expect(await axe(page)).toEqual([])
    expect(sent).toBe(0)
  }, 60_000)

  test('shows every reason of a refusal, that it did not count, and the server’s signature under it', async () => {
    const no = aTender()
    const bidder = await firm(3)
    const page = await web.newPage({ as: bidder, width: 390, allow: [...allow, /409|422/] })
    await visit(page, `/s/${no}`)
    await enrol(page)
    await write(page, '91000000')
    // The bid is numbered by a page that is behind: another browser of the same firm was faster.
    await page.route('**/bids/mine', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: { ...(await answer.json()), nextSeq: 7 } })
    })
    await page.waitForTimeout(2500)
    await seal(page)
    await page.getByRole('alert').filter({ hasText: '다음 순번은 1입니다.' }).waitFor()
    await page.getByText('이번에 보낸 것은 효력이 없습니다.').waitFor()
    await page.getByText('이 브라우저에서 검증함').waitFor()
    await shot(page, 'supplier-refused-ko-390')
    expect(await sideways(page)).toEqual([])
    expect(await axe(page)).toEqual([])
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: '서명된 거절 받기' }).click()
    expect(JSON.parse(readFileSync(await (await saved).path(), 'utf8')).refused).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  }, 60_000)

  test('reads of a custodian which identity keys it had before, and why they still count', async () => {
    const custodian = new TestCustodian('custodian-6')
    await custodian.enrol(world.url, world.operator.token)
    const next = scalarSigner(P, randomScalar(P))
    const body = { jws: await custodian.succession(next) }
    expect((await call(web.url, rotateCustodian, { params: { id: custodian.id }, body })).ok).toBe(true)
    for (const [lang, width, words] of [
      ['ko', 1280, '옛 열쇠가 직접 서명했습니다'],
      ['en', 390, 'Each signed the entry that put the next one in its place.'],
    ] as const) {
      const page = await web.newPage({ lang, width })
      await visit(page, '/k')
      await page.getByText(words).waitFor()
      expect([lang, await axe(page), await sideways(page)]).toEqual([lang, [], []])
      await shot(page, `custodians-${lang}-${width}`)
    }
  })

  test('reads how a lost identity key is replaced, and an auditor signs for it in the browser', async () => {
    const [lost, other] = [new TestCustodian('custodian-7'), new TestCustodian('custodian-8')]
    for (const custodian of [lost, other]) await custodian.enrol(world.url, world.operator.token)
    const stand = { token: world.operator.token, params: { org: 'audit-office' }, body: { statement: 'for this test' } }
    must('suspension', await call(world.url, suspendOrganisation, stand))
    must('restoration', await call(world.url, restoreOrganisation, stand))
    const visitor = await web.newPage({ lang: 'en', width: 390 })
    await visit(visitor, '/k')
    await visitor.getByRole('link', { name: /lost its identity key/ }).click()
    await visitor.getByText('Auditors of a body of oversight sign here.').waitFor()
    await good(visitor, 'recovery-visitor-en-390')
    const next = scalarSigner(P, randomScalar(P))
    const request = await lost.request(next)
    const [auditor] = await world.add([{ id: 'auditor-web', org: 'audit-office', role: 'auditor' }])
    const page = await web.newPage({ as: auditor as (typeof world.people)[number], allow: [/status of 409/] })
    await visit(page, '/k/recovery')
    await enrol(page)
    await page.getByLabel('기관이 청하는 글').fill('무엇인가')
    await page.getByText('프로그램이 쓴 글이 아닙니다.').waitFor()
    await page.getByLabel('기관이 청하는 글').fill(`${request}\n`)
    await page.getByLabel('다른 보관 기관이 보증하는 글').fill(await lost.vouch(request))
    await page.getByLabel('사유').fill('열쇠가 든 디스크가 불에 탔습니다.')
    await page.getByText('잃은 열쇠의 번호').last().waitFor()
    const press = () => page.getByRole('button', { name: '서명하고 새 열쇠로 바꾸기' }).click()
    await press()
    await page.getByRole('alert').filter({ hasText: '서로 다른 세 기관이 있어야 합니다.' }).waitFor()
    await good(page, 'recovery-refused-ko-1280')
    await page.getByLabel('다른 보관 기관이 보증하는 글').fill(await other.vouch(request))
    await press()
    await page.getByText('custodian-7의 신원 열쇠가 바뀌었습니다.').waitFor()
    await good(page, 'recovery-done-ko-1280')
    const { custodians } = must('custodians', await call(world.url, listCustodians, {})).body
    expect(custodians.find(({ id }) => id === lost.id)).toMatchObject({
      kid: next.kid,
      past: [{ kid: lost.signer.kid }],
    })
  }, 60_000)

  test('hands its bid in again with one press when two persons of the agency have bids sealed to other custodians', async () => {
    const no = aTender()
    const page = await web.newPage({ as: await firm(10), allow })
    await visit(page, `/s/${no}`)
    await enrol(page)
    await write(page, '94000000')
    await seal(page)
    await entered(page)

    const [officer] = await world.add([{ id: 'officer-web', org: 'gaon-city', role: 'officer' }])
    const desk = await web.newPage({ as: officer as (typeof world.people)[number], lang: 'en', width: 390 })
    await visit(desk, `/a/${no}`)
    await desk.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    await desk.getByRole('button', { name: 'Extend the deadline' }).click()
    await desk.getByLabel('Reason').fill('One of the custodians lost its machines in a fire.')
    await desk.getByLabel('Have bids sealed to other key custodians').check()
    await desk.getByLabel('custodian-1').uncheck()
    expect(await axe(desk)).toEqual([])
    expect(await sideways(desk)).toEqual([])
    await shot(desk, 'agency-other-custodians-en-390')
    await desk.getByRole('button', { name: 'Yes, propose it' }).click()
    await desk.getByText('Bids that were sealed until now count no more.').waitFor()
    await shot(desk, 'agency-other-custodians-proposed-en-390')
    await approveAll(world.approver, no)

    await visit(page, `/tenders/${no}`)
    await page.getByText('이제부터 다른 보관 기관의 열쇠로 봉인합니다.').waitFor()
    await shot(page, 'tender-other-custodians-ko-1280')
    await visit(page, `/s/${no}`)
    await page.getByText('내신 입찰은 이제 세지 않습니다.').waitFor()
    expect(await axe(page)).toEqual([])
    await shot(page, 'supplier-outdated-ko-1280')
    // What was written is still there: it is looked at once more, and sealed to the keys in force.
    await page.getByRole('button', { name: '확인하고 다시 봉인하기' }).click()
    await seal(page)
    await entered(page)
    await visit(page, `/s/${no}`)
    await page.getByRole('row').filter({ hasText: '2. 입찰서' }).getByText('유효').waitFor()
    await page.getByText('내신 입찰은 이제 세지 않습니다.').waitFor({ state: 'hidden' })
    const shown = (await world.view(no)).keysets.map(
      ({ keyset }) => (keyset as { custodians: { id: string }[] }).custodians,
    )
    expect(shown.flat().some(({ id }) => id === 'custodian-1')).toBe(false)

    // The same tender gets another rule: what was handed in is void once more, and everybody sees old and new side by side.
    await world.keysEnough()
    await visit(desk, `/a/${no}`)
    await desk.getByRole('button', { name: 'Change the rule' }).click()
    await desk.getByText('Nothing is changed.').waitFor()
    await desk.getByLabel('Technology points of 100').fill('80')
    await desk.getByLabel(/^Budget/).fill('110000000')
    await desk.getByLabel('Reason (public)').fill('Price was to count for twenty points.')
    const changed = desk.getByRole('row').filter({ hasText: 'weights/price' })
    expect((await changed.innerText()).replace(/\s+/g, ' ')).toMatch(/10.*20/)
    await good(desk, 'agency-amend-en-390')
    await desk.getByRole('button', { name: 'Propose the change' }).click()
    await desk.getByRole('button', { name: 'Yes, propose it' }).click()
    await desk.getByRole('heading', { name: 'Waits for approval: Change the rule of a published tender' }).waitFor()
    await changed.waitFor()
    await good(desk, 'agency-amend-proposed-en-390')
    const second = await web.newPage({ as: world.approver, lang: 'ko', width: 390 })
    await visit(second, '/approvals')
    await second.getByText('weights/price').waitFor()
    // Method and budget by themselves, each from what to what.
    const terms = second.locator('dl > div')
    expect(await terms.filter({ hasText: '낙찰자 결정방법' }).innerText()).toContain('(그대로)')
    expect((await terms.filter({ hasText: '예산(부가가치세 포함)' }).innerText()).replace(/\s+/g, ' ')).toMatch(
      /100,000,000.*→.*110,000,000/,
    )
    await good(second, 'approvals-amend-ko-390')
    await approveAll(world.approver, no)

    await visit(page, `/s/${no}`)
    await page.getByText('발주 기관이 이 공고의 평가 규칙을 바꾸어').waitFor()
    await good(page, 'supplier-amended-ko-1280')
    await page.getByRole('link', { name: '바뀐 내용 보기' }).click()
    await page.getByText('발주 기관이 평가 규칙을 바꾸었습니다.').waitFor()
    await page.getByText('weights/price').waitFor()
    await good(page, 'tender-amended-ko-1280')
    await visit(page, `/tenders/${no}?tab=rule`)
    await page.getByText('기록에 있는 지문이 이 기준의 지문과 같습니다.').waitFor()
  }, 150_000)

  test('finds out what became of a bid whose answer was lost, and sends again what never arrived', async () => {
    const no = aTender()
    const page = await web.newPage({ as: await firm(4), lang: 'ko', allow: [...allow, /ERR_FAILED/] })
    await visit(page, `/s/${no}`)
    await enrol(page)
    await write(page, '91000000')
    // The first request does not even leave; the question about it is answered for good.
    let lose = true
    await page.route('**/bids', (route) => (lose ? route.abort() : route.continue()))
    await seal(page)
    await page.getByText('서버에 도착하지 않았습니다.').waitFor()
    await shot(page, 'supplier-not-received-ko-1280')
    expect(await axe(page)).toEqual([])
    lose = false
    await page.getByRole('button', { name: '다시 보내기' }).click()
    await entered(page)

    // The second one arrives, its answer does not.
    await page.getByRole('link', { name: '이 공고의 내 입찰로 돌아가기' }).click()
    await page.getByRole('button', { name: '다른 내용으로 바꾸기' }).click()
    await write(page, '90000000')
    await page.unroute('**/bids')
    await page.route('**/bids', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await seal(page)
    await entered(page)
    expect(await page.getByRole('row').filter({ hasText: '2. 입찰서' }).innerText()).toContain('유효')
  }, 90_000)

  test('keeps its key in the browser where it was made, and says so in another one', async () => {
    const no = aTender()
    const bidder = await firm(5)
    const first = await web.newPage({ as: bidder, allow })
    await visit(first, `/s/${no}`)
    await enrol(first)
    await first.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    const extractable = await first.evaluate(`new Promise((done) => {
      const open = indexedDB.open('madang')
      open.onsuccess = () => {
        const all = open.result.transaction('keys').objectStore('keys').getAll()
        all.onsuccess = () => crypto.subtle.exportKey('pkcs8', all.result[0].privateKey).then(() => done(true), () => done(false))
      }
    })`)
    expect(extractable).toBe(false)
    const second = await web.newPage({ as: bidder, width: 390, allow })
    await visit(second, `/s/${no}`)
    await second.getByText('등록된 서명 열쇠가 이 브라우저에 없습니다.').waitFor()
    await shot(second, 'supplier-key-elsewhere-ko-390')
    expect(await axe(second)).toEqual([])
    await second.getByRole('button', { name: '새 열쇠로 바꾸기' }).click()
    await second.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    for (const [page, name, width] of [
      [second, 'ko-390', 390],
      [first, 'ko-320', 320],
    ] as const) {
      await page.setViewportSize({ width, height: 844 })
      await visit(page, `/s/${no}`)
      await shot(page, `supplier-form-${name}`)
      expect(await sideways(page)).toEqual([])
    }
    // A page of a later release, which keeps more, is not held up by this tab.
    const upgraded = first.evaluate(`new Promise((done) => {
      const open = indexedDB.open('madang', 1000)
      open.onblocked = () => done('held up')
      open.onsuccess = () => { open.result.close(); done('open') }
    })`)
    expect(await upgraded).toBe('open')
  }, 90_000)
})
