// Can people sign in, set up second factors, show them and end sessions in a browser, by keyboard, on a desk and on a phone?
import type { CDPSession, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Person } from '../../scripts/person.ts'
import { codeOf, fromBase32, stepAt } from '../../src/node/totp.ts'
import { oidcHouse } from '../support/oidc-house.ts'
import { eventually, PASSWORD } from '../support/world.ts'
import {
  axe,
  chromium,
  drawn,
  kept,
  openWeb,
  type PageOptions,
  reach,
  shot,
  sideways,
  strike,
  tabTo,
  visit,
  write,
} from './harness.ts'

const oidc = await oidcHouse()
const web = await openWeb({ suppliers: 1, env: { MADANG_OIDC: oidc.file, MADANG_DEMO: '1' } })
const { world } = web
/** Browsers bind passkeys to a name: the service by its name, where the other pages of these tests are at its address. */
const NAMED = `http://localhost:${world.config.port}`
oidc.open(`${NAMED}/sign-in/return/gaon`)
let made = 0

async function somebody(role: 'supplier' | 'officer' = 'supplier'): Promise<Person> {
  const id = `web-${++made}`
  const [person] = await world.add([{ id, org: role === 'officer' ? 'gaon-city' : `web-firm-${made}`, role }])
  return person as Person
}

const good = async (page: Page, name: string) => {
  await shot(page, name)
  expect(await sideways(page), name).toEqual([])
  expect(await axe(page), name).toEqual([])
}
/** The keyboard is on what bears these words. */
const focusOn = (page: Page, words: string) =>
  expect.poll(() => page.evaluate('document.activeElement?.textContent'), { timeout: 15_000 }).toBe(words)
const named = (options: PageOptions = {}) =>
  web.newPage({ ...options, allow: [/asked elsewhere: http:\/\/localhost/, ...(options.allow ?? [])] })
const go = (page: Page, path: string) => visit(page, `${NAMED}${path}`)

async function enterPassword(page: Page, person: Person, [email, password, button]: [string, string, string]) {
  await page.getByLabel(email, { exact: true }).fill(person.account.email)
  await page.getByLabel(password, { exact: true }).fill(PASSWORD)
  await page.locator('main').getByRole('button', { name: button, exact: true }).click()
}
const KO: [string, string, string] = ['이메일', '비밀번호', '로그인']
const EN: [string, string, string] = ['E-mail', 'Password', 'Sign in']

/** An authenticator inside the browser, with a user who is always there. */
async function authenticator(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return cdp
}

/** Sets up an authenticator app on the open page of security; its secret. */
async function setUpApp(page: Page, words: { add: string; code: string; confirm: string; saved: string }) {
  await page.getByRole('button', { name: words.add }).click()
  const secret = (
    await page
      .locator('.mono')
      .filter({ hasText: /^[A-Z2-7 ]{32,}$/ })
      .innerText()
  ).replaceAll(' ', '')
  await page.getByLabel(words.code).fill(codeOf(fromBase32(secret), stepAt(Date.now()) - 1))
  await page.getByRole('button', { name: words.confirm, exact: true }).click()
  await page.getByRole('button', { name: words.saved }).waitFor()
  return secret
}
const APP_KO = { add: '인증 앱 등록', code: '앱이 보여 주는 코드', confirm: '등록 마치기', saved: '저장했습니다' }
const APP_EN = {
  add: 'Set up an authenticator app',
  code: 'Code shown by the app',
  confirm: 'Finish',
  saved: 'I have saved them',
}

/** A code that was not shown yet: of the next half minute when that of this one was. */
const nextCode = (secret: string, steps: number) => codeOf(fromBase32(secret), stepAt(Date.now()) + steps)

describe.skipIf(chromium === null)('a passkey', () => {
  test('is set up, signs in without a password, is shown for acts, and is removed', { timeout: 120_000 }, async () => {
    const person = await somebody()
    const page = await named()
    await go(page, '/sign-in')
    await authenticator(page)
    await good(page, 'people-sign-in-ko-1280')
    await enterPassword(page, person, KO)
    await page.waitForURL((url) => url.pathname === '/s')
    await page.getByRole('link', { name: /로그인 수단과 세션/ }).click()
    await drawn(page)
    await page.getByText('아직 하나도 없습니다').waitFor()
    await good(page, 'people-security-none-ko-1280')
    await page.getByLabel('이름', { exact: true }).fill('창구 노트북')
    await page.getByRole('button', { name: '패스키 등록' }).click()
    await page.getByText('창구 노트북').waitFor()
    await page.getByRole('button', { name: '복구 코드 새로 만들기' }).click()
    await page.getByText('복구 코드를 만들었습니다.').waitFor()
    await good(page, 'people-security-passkey-ko-1280')
    await page.getByRole('button', { name: '로그아웃', exact: true }).first().click()

    await go(page, '/sign-in?to=%2Fsecurity')
    await page.getByRole('button', { name: '패스키로 로그인' }).click()
    await page.waitForURL((url) => url.pathname === '/security')
    await drawn(page)
    // What was shown at the sign-in has become too old.
    await world.db.withTx(({ tx }) =>
      tx.execute(`UPDATE sign_in SET stepped_at = NULL WHERE account = '${person.account.id}'`),
    )
    await page.reload()
    await drawn(page)
    await page.getByRole('button', { name: '창구 노트북 지우기' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: '지우기' }).click()
    const dialog = page.getByRole('alertdialog', { name: '두 번째 인증' })
    await dialog.getByRole('button', { name: '패스키로 확인' }).waitFor()
    await good(page, 'people-step-up-ko-1280')
    await dialog.getByRole('button', { name: '패스키로 확인' }).click()
    await page.getByText('아직 하나도 없습니다').waitFor()
    await expect.poll(() => page.getByText('창구 노트북').count()).toBe(0)
  })

  test('is not offered at a bare address, where browsers would refuse it', async () => {
    const person = await somebody()
    const page = await web.newPage({ as: person, lang: 'en', width: 390 })
    await visit(page, '/security')
    await page.getByText('Passkeys are set up at the service’s own address').waitFor()
    expect(await page.getByRole('button', { name: 'Set up a passkey' }).count()).toBe(0)
    await good(page, 'people-security-address-en-390')
  })
})

describe.skipIf(chromium === null)('an authenticator app', () => {
  test('is set up on a phone, asked for when signing in, and replaced by a recovery code once', {
    timeout: 120_000,
  }, async () => {
    const person = await somebody()
    // 422: a wrong code; 401: a page that asks to go on with a session that was ended.
    const page = await web.newPage({ lang: 'en', width: 390, allow: [/422/, /401/] })
    await visit(page, '/sign-in?to=%2Fsecurity')
    await enterPassword(page, person, EN)
    await page.waitForURL((url) => url.pathname === '/security')
    await page.getByRole('button', { name: APP_EN.add }).click()
    await page.getByRole('img', { name: /QR code/ }).waitFor()
    await good(page, 'people-totp-en-390')
    await page.reload()
    await drawn(page)
    const secret = await setUpApp(page, APP_EN)
    await good(page, 'people-codes-en-390')
    const recovery = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').first().innerText()
    await page.getByRole('button', { name: APP_EN.saved }).click()
    await page.getByRole('button', { name: 'End all and sign out' }).click()
    await page.getByText('Sign in first').waitFor()

    await visit(page, '/sign-in?to=%2Fsecurity')
    await enterPassword(page, person, EN)
    await page.getByRole('heading', { name: 'Second factor' }).waitFor()
    await good(page, 'people-second-step-en-390')
    await page.getByLabel('Code', { exact: true }).fill('000000')
    await page.getByRole('button', { name: 'Confirm', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'The code is not right' }).waitFor()
    await good(page, 'people-second-step-wrong-en-390')
    await page.getByLabel('Code', { exact: true }).fill(nextCode(secret, 0))
    // By keyboard: Enter in the field confirms.
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname === '/security')

    await page.getByRole('button', { name: 'End all and sign out' }).click()
    await page.getByText('Sign in first').waitFor()
    await visit(page, '/sign-in?to=%2Fsecurity')
    await enterPassword(page, person, EN)
    await page.getByLabel('Code', { exact: true }).fill(recovery)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname === '/security')
    await page.getByText('9 unused recovery codes are left.').waitFor()
  })

  test('is asked for before a publication, which then goes on by itself', { timeout: 120_000 }, async () => {
    const officer = await somebody('officer')
    const no = await world.draft()
    await world.keysEnough()
    const page = await web.newPage({ as: officer, stepped: false })
    await visit(page, '/security')
    const secret = await setUpApp(page, APP_KO)
    await page.getByRole('button', { name: APP_KO.saved }).click()
    // The factor was shown by setting it up: the signing key that comes next asks for nothing more.
    await good(page, 'people-security-next-ko-1280')
    await page.getByRole('link', { name: '서명 열쇠로 가기' }).click()
    await drawn(page)
    await page.getByRole('button', { name: '서명 열쇠 만들고 등록하기' }).click()
    await page.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    await world.db.withTx(({ tx }) =>
      tx.execute(`UPDATE sign_in SET stepped_at = NULL WHERE account = '${officer.account.id}'`),
    )
    await visit(page, `/a/${no}`)
    await world.tick()
    await page.getByRole('button', { name: '보관 기관의 열쇠 받아 대조하기' }).click()
    await page.getByText(/열쇠에 문제가 없습니다/).waitFor()
    await page.getByRole('button', { name: '공고하기' }).click()
    await page.getByRole('button', { name: '공고합니다' }).click()
    const dialog = page.getByRole('alertdialog', { name: '두 번째 인증' })
    await dialog.getByLabel('인증 코드').fill(nextCode(secret, 0))
    expect((await world.view(no, world.officer)).state).toBe('draft')
    await page.keyboard.press('Enter')
    await page.getByText('마감까지 기다립니다.').waitFor()
    expect((await world.view(no)).state).toBe('published')
  })
})

describe.skipIf(chromium === null)('a signing key', () => {
  test('is made only with a factor shown: who has none is led to one and back', { timeout: 120_000 }, async () => {
    const person = await somebody()
    const page = await web.newPage({ as: person, stepped: false, lang: 'en', width: 390, allow: [/409/] })
    await visit(page, '/keys')
    await page.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Second factor' })
    await dialog.getByText('You have no second factor yet').waitFor()
    await good(page, 'people-keys-no-factor-en-390')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    // Whoever says no is asked once, and nothing was made.
    await page.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    await dialog.getByRole('link', { name: 'Set one up' }).click()
    await drawn(page)
    await setUpApp(page, APP_EN)
    await page.getByRole('button', { name: APP_EN.saved }).click()
    await page.getByRole('link', { name: 'Go on' }).click()
    await page.waitForURL((url) => url.pathname === '/keys')
    await drawn(page)
    await page.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    await page.getByText('You sign with the key of this browser.').waitFor()
  })
})

describe.skipIf(chromium === null)('sessions', () => {
  test('are listed, ended one by one, and the browser whose session ended is signed out', {
    timeout: 90_000,
  }, async () => {
    const person = await somebody()
    const [here, there] = [await web.newPage({ as: person }), await web.newPage({ as: person, allow: [/401/] })]
    await visit(here, '/security')
    await visit(there, '/security')
    await here.reload()
    await drawn(here)
    await here.getByText('지금 이곳').waitFor()
    await good(here, 'people-sessions-ko-1280')
    await here.getByRole('button', { name: '다른 세션 모두 끝내기' }).click()
    await expect.poll(() => here.getByRole('button', { name: /세션 끝내기$/ }).count(), { timeout: 15_000 }).toBe(0)
    await there.reload()
    await there.getByText('먼저 로그인').or(there.getByText('로그인이 필요')).first().waitFor()
  })

  test('every control of the page is reached by Tab', async () => {
    const person = await somebody()
    const page = await web.newPage({ as: person })
    await visit(page, '/security')
    await page.getByText('지금 이곳').waitFor()
    for (const selector of ['#current-password', '#new-password', 'main input[type=checkbox]'])
      await tabTo(page, selector)
  })
})

describe.skipIf(chromium === null)('mailed links', () => {
  test('give a new password, and the token leaves the address', { timeout: 90_000 }, async () => {
    const person = await somebody()
    const page = await web.newPage({ lang: 'en', width: 390, allow: [/422|410/] })
    await visit(page, '/sign-in')
    await page.getByRole('link', { name: 'I have forgotten my password' }).click()
    await drawn(page)
    await good(page, 'people-forgot-en-390')
    await page.getByLabel('E-mail', { exact: true }).fill(person.account.email)
    await page.getByRole('button', { name: 'Send the link' }).click()
    await page.getByText('We have your request.').waitFor()
    await good(page, 'people-forgot-done-en-390')
    const [mail] = await world.mailsTo(person.account.email)
    await visit(page, `/reset-password#${mail?.token}`)
    expect(new URL(page.url()).hash).toBe('')
    await page.getByLabel('New password', { exact: true }).fill('madangmadang')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByRole('alert').filter({ hasText: 'little more than your name' }).waitFor()
    await good(page, 'people-reset-weak-en-390')
    await page.getByLabel('New password', { exact: true }).fill('a lantern under the stone bridge')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Your password was changed.').waitFor()
    await visit(page, '/reset-password')
    await page.getByText('Open this page with the link in your mail').waitFor()
    await good(page, 'people-reset-none-en-390')
  })

  test('are read by the operator in the local outbox, and by nobody else', { timeout: 60_000 }, async () => {
    const person = await somebody()
    const page = await web.newPage({ as: person, width: 390 })
    await visit(page, '/security')
    await page.getByRole('button', { name: '확인 링크 받기' }).click()
    await page.getByText('메일을 보냈습니다.').waitFor()
    await good(page, 'people-security-ko-390')
    await world.jobs()
    await visit(page, '/x/outbox')
    await page.getByText('권한').or(page.getByText('볼 수 없')).first().waitFor()
    const operator = await web.newPage({ as: world.operator, width: 390 })
    await visit(operator, '/x/outbox')
    await operator.getByText(person.account.email).first().waitFor()
    await good(operator, 'people-outbox-ko-390')
    await operator.locator('li').filter({ hasText: person.account.email }).getByRole('link').first().click()
    await operator.getByRole('button', { name: '내 주소가 맞습니다' }).click()
    await operator.getByText('이메일 주소를 확인했습니다.').waitFor()
    await good(operator, 'people-verified-ko-390')
  })
})

describe.skipIf(chromium === null)('another provider', () => {
  test('is linked while signed in, and then signs in', { timeout: 90_000 }, async () => {
    const person = await somebody()
    const page = await named({ allow: [/asked elsewhere/, /403/] })
    await go(page, '/sign-in?to=%2Fsecurity')
    await page.getByRole('button', { name: '다른 로그인: 가온 통합로그인' }).click()
    await page.getByText('연결된 계정이 없습니다').waitFor()
    await good(page, 'people-provider-unknown-ko-1280')
    await go(page, '/sign-in?to=%2Fsecurity')
    await enterPassword(page, person, KO)
    await page.waitForURL((url) => url.pathname === '/security')
    await page.getByRole('button', { name: '가온 통합로그인 연결', exact: true }).click()
    await page.getByRole('button', { name: '가온 통합로그인 연결 끊기' }).waitFor()
    await page.getByRole('button', { name: '로그아웃', exact: true }).first().click()
    await go(page, '/sign-in?to=%2Fsecurity')
    await page.getByRole('button', { name: '다른 로그인: 가온 통합로그인' }).click()
    await page.waitForURL((url) => url.pathname === '/security')
    await eventually('the session by the provider', () => page.getByText(/^gaon ·/).count())
  })
})

describe.skipIf(chromium === null)('by the keyboard alone', () => {
  const button = (page: Page, name: string) => page.locator('main').getByRole('button', { name, exact: true })
  const field = (page: Page, name: string) => page.getByLabel(name, { exact: true })
  const inDialog = (page: Page, name: string) =>
    page.getByRole('alertdialog').getByRole('button', { name, exact: true })
  const forgetFactor = (person: Person) =>
    world.db.withTx(({ tx }) =>
      tx.execute(`UPDATE sign_in SET stepped_at = NULL WHERE account = '${person.account.id}'`),
    )

  test('somebody signs in, sets up a passkey, an app and a key, shows the factor, and changes the own data', {
    timeout: 180_000,
  }, async () => {
    const person = await somebody()
    const page = await named({ lang: 'en', allow: [/40[0139]/, /422/] })
    await go(page, '/sign-in?to=%2Fsecurity')
    await authenticator(page)
    await write(page, field(page, EN[0]), person.account.email)
    await write(page, field(page, EN[1]), PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname === '/security')
    await drawn(page)
    await good(page, 'keyboard-security-none-en-1280')

    // A passkey; then the signing key, by the way that the page offers.
    await write(page, field(page, 'Name'), 'desk machine')
    await strike(page, button(page, 'Set up a passkey'))
    await page.getByText('desk machine').waitFor()
    await kept(page)
    await strike(page, page.getByRole('link', { name: 'To the signing keys' }))
    await drawn(page)
    await strike(page, button(page, 'Make and enrol a signing key'))
    await page.getByText('You sign with the key of this browser.').waitFor()
    await kept(page)
    await strike(page, button(page, 'Replace it by a new key'))
    await strike(page, inDialog(page, 'Make and enrol a new key'))
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await kept(page)
    await strike(page, button(page, 'Report this key'))
    // Escape closes it, and the keyboard is where it was.
    await page.keyboard.press('Escape')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await focusOn(page, 'Report this key')
    await page.keyboard.press('Enter')
    await reach(page, page.getByLabel('What happened?'))
    await page.keyboard.press('ArrowDown')
    await good(page, 'keyboard-keys-report-en-1280')
    await strike(page, inDialog(page, 'Report it'))
    await page.getByText('Reported as possibly copied').waitFor()
    await kept(page)

    // The factor is asked for, and shown, over the page.
    await forgetFactor(person)
    await page.reload()
    await drawn(page)
    await strike(page, button(page, 'Make and enrol a signing key'))
    await strike(page, inDialog(page, 'Use a passkey'))
    await page.getByText('You sign with the key of this browser.').waitFor()
    await kept(page)
    await good(page, 'keyboard-keys-en-1280')

    // An authenticator app beside it.
    await go(page, '/security')
    await strike(page, button(page, APP_EN.add))
    const secret = (
      await page
        .locator('.mono')
        .filter({ hasText: /^[A-Z2-7 ]{32,}$/ })
        .innerText()
    ).replaceAll(' ', '')
    await write(page, page.getByLabel(APP_EN.code), codeOf(fromBase32(secret), stepAt(Date.now()) - 1))
    await page.keyboard.press('Enter')
    await strike(page, button(page, APP_EN.saved))
    await kept(page)
    await strike(page, button(page, 'End all and sign out'))
    await page.getByText('Sign in first').waitFor()

    // In again with the password and the code; out; in with the passkey.
    await go(page, '/sign-in?to=%2Fmy-data')
    await write(page, field(page, EN[0]), person.account.email)
    await write(page, field(page, EN[1]), PASSWORD)
    await strike(page, button(page, EN[2]))
    await write(page, field(page, 'Code'), nextCode(secret, 0))
    await good(page, 'keyboard-second-step-en-1280')
    await strike(page, button(page, 'Confirm'))
    await page.waitForURL((url) => url.pathname === '/my-data')
    await drawn(page)
    await write(page, field(page, 'Telephone'), '+82 10 1234 5678')
    await strike(page, button(page, 'Save'))
    await page.getByText('Saved.', { exact: true }).waitFor()
    await strike(page, page.locator('details summary'))
    await good(page, 'keyboard-my-data-en-1280')
    await reach(page, button(page, 'Save the file'))
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
    expect(download.suggestedFilename()).toMatch(/\.json$/)
    await strike(page, button(page, 'Erase my data'))
    await page.keyboard.press('Escape')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await focusOn(page, 'Erase my data')
    await strike(page, page.getByRole('button', { name: 'Sign out', exact: true }).first())
    await go(page, '/sign-in?to=%2Fsecurity')
    await strike(page, button(page, 'Sign in with a passkey'))
    await page.waitForURL((url) => url.pathname === '/security')
    await drawn(page)
    await forgetFactor(person)
    await page.reload()
    await drawn(page)
    await strike(page, page.getByRole('button', { name: 'Remove desk machine' }))
    await strike(page, inDialog(page, 'Remove'))
    await strike(page, inDialog(page, 'Use a passkey'))
    await expect.poll(() => page.getByText('desk machine').count(), { timeout: 45_000 }).toBe(0)
    await kept(page)
  })

  test('a role is lent, approved, cut short, and somebody leaves', { timeout: 120_000 }, async () => {
    const org = 'lending-agency'
    const [one, two] = (await world.add([
      { id: 'lend-one', org, role: 'administrator' },
      { id: 'lend-two', org, role: 'administrator' },
    ])) as [Person, Person]
    const allow = [/40[139]/, /422/]
    const page = await web.newPage({ as: one, width: 390, allow })
    const other = await web.newPage({ as: two, lang: 'en', allow })
    // Nobody is lent what is one's own already.
    await world.db.withTx(({ tx }) =>
      tx.execute("UPDATE account SET roles = '{administrator,supplier}' WHERE id = 'lend-one'"),
    )
    await visit(page, '/o/people')
    /** An option of a list, by the arrows. */
    const choose = async (id: string, value: string) => {
      const list = page.locator(id)
      await reach(page, list)
      for (let presses = 0; (await list.inputValue()) !== value; presses++) {
        expect(presses, `${value} is not in ${id}`).toBeLessThan(20)
        await page.keyboard.press('ArrowDown')
      }
    }
    await choose('#lend-from', 'lend-one')
    await choose('#lend-role', 'supplier')
    await choose('#lend-to', 'lend-two')
    /** A day in the order in which this browser asks for it, whatever the page's language. */
    const type = async (id: string, days: number) => {
      const date = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
      const [year, month, day] = date.split('-')
      await reach(page, page.locator(id))
      await page.keyboard.type(`${month}${day}${year}`)
      expect(await page.locator(id).inputValue()).toBe(date)
    }
    await type('#lend-startsAt', -2)
    await type('#lend-until', 20)
    await write(page, page.locator('#lend-statement'), '두 주 동안 휴가를 갑니다')
    await good(page, 'keyboard-lend-ko-390')
    const lend = page.locator('section').filter({ has: page.locator('#lend-from') })
    await strike(page, lend.getByRole('button', { name: '제안', exact: false }).last())
    await visit(other, '/approvals')
    await strike(other, button(other, 'Approve'))
    await good(other, 'keyboard-approve-en-1280')
    await strike(other, inDialog(other, 'Yes, approve'))
    await other.getByText('No proposal is waiting.').waitFor()
    await kept(other)
    await page.reload()
    await drawn(page)
    await strike(
      page,
      page
        .locator('section')
        .filter({ has: page.locator('#lend-from') })
        .getByRole('row')
        .getByRole('button')
        .first(),
    )
    await expect
      .poll(
        () =>
          page
            .locator('section')
            .filter({ has: page.locator('#lend-from') })
            .getByRole('row')
            .getByRole('button')
            .count(),
        { timeout: 45_000 },
      )
      .toBe(0)
    await kept(page)

    await visit(other, '/o/people')
    await strike(other, button(other, 'Leave'))
    await good(other, 'keyboard-leave-en-1280')
    await strike(other, inDialog(other, 'Yes, leave'))
    await other.getByText('Sign in first').waitFor()
  })
})
