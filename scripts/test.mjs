// Checks the types and runs the tests, installing first what they need: npm test [-- files or options of vitest]
// Its last line is "N passed, N failed", with ", N skipped" where some were.

import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { install, ROOT } from './install.mjs'

const bin = (name) => join(ROOT, 'node_modules', '.bin', name)

function executable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian's package without windows comes first: pages cost it half as much processor, and they are most of the run. */
const BROWSERS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((dir) => join(dir, name))).find(executable) ?? null
}

/** Others' programs that read what ours write, by Debian's packages, and what tells that one is there. Tests without theirs are not run, and say so. */
const OTHERS = [
  { name: 'age', there: () => onPath(['age']) !== null },
  { name: 'python3-cryptography', there: () => spawnSync('python3', ['-c', 'import cryptography']).status === 0 },
]

/** Installs what is missing where we may: root on Debian. What cannot be had is found missing by whoever needs it. */
function fromDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return
  const [best = ''] = BROWSERS
  const browser = process.env.CHROMIUM_PATH || onPath([best]) ? [] : [best]
  const missing = [...browser, ...OTHERS.filter(({ there }) => !there()).map(({ name }) => name)]
  if (missing.length === 0) return
  console.log(`installing ${missing.join(', ')} (apt-get) …`)
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', ...args], {
      stdio: 'ignore',
      timeout: 600_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  const install = (name) => apt('install', '-y', '--no-install-recommends', name)
  apt('update')
  for (const name of missing) {
    // Older releases have only the whole browser.
    if (!install(name) && name === best && !onPath(BROWSERS)) install('chromium')
  }
}

/** Chromium for the tests that look at pages: the one that is set, else one on the PATH; null for none. */
function chromium() {
  const set = process.env.CHROMIUM_PATH
  if (set) {
    if (executable(set)) return set
    console.log(`CHROMIUM_PATH is ${set}, which cannot be executed`)
    return null
  }
  return onPath(BROWSERS)
}

function run(program, args, env) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env })
    // Ctrl-C reaches the child by itself; wait for it, so that it can clean up.
    const onInterrupt = () => {}
    const onTerminate = () => child.kill('SIGTERM')
    process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate)
    const end = (code) => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate)
      done(code)
    }
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`)
      end(1)
    })
    child.on('close', (code) => end(code ?? 1))
  })
}

/** Counts from vitest's own report. A file that could not even be loaded has no tests and counts as one failure. */
function countsIn(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const { status, assertionResults } of report.testResults) {
    for (const test of assertionResults) counts[test.status in counts ? test.status : 'skipped']++
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) counts.failed++
  }
  return counts
}

function close(counts, code) {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`)
  process.exit(code)
}

install()
fromDebian()
const browser = chromium()
const typed = async (project) => (await run(bin('tsc'), ['-p', project], process.env)) === 0
if (!((await typed('.')) && (await typed('web')))) {
  console.log('the types do not check: no test was run')
  close({ passed: 0, failed: 1, skipped: 0 }, 1)
}

const dir = mkdtempSync(join(tmpdir(), 'madang-report-'))
const env = { ...process.env, ...(browser ? { CHROMIUM_PATH: browser } : {}) }

/** One run of vitest: its exit code, and its own report (null when it could not even write one). */
async function vitest(name, args) {
  const file = join(dir, `${name}.json`)
  const code = await run(
    bin('vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args],
    env,
  )
  return { code, report: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null }
}

let { code, report } = await vitest('all', process.argv.slice(2))
const broken = (report?.testResults ?? []).filter((result) => result.status === 'failed').map((result) => result.name)
// Processes and browsers on a machine that does other work can miss a time limit. Failed files get one more run, alone, and
// which of them needed it is said aloud: a test on that list is to be mended, not ignored.
const AGAIN_AT_MOST = 12
if (code !== 0 && broken.length > 0 && broken.length <= AGAIN_AT_MOST) {
  console.log(`\nrunning ${broken.length} failed files once more, one at a time …`)
  const again = await vitest('again', ['--maxWorkers=1', ...broken])
  if (again.report) {
    const second = new Map(again.report.testResults.map((result) => [result.name, result]))
    report = { ...report, testResults: report.testResults.map((result) => second.get(result.name) ?? result) }
    for (const name of broken) {
      if (second.get(name)?.status === 'passed')
        console.log(`failed at first and passed alone: ${relative(ROOT, name)}`)
    }
    code = again.code
  }
}
const counts = report ? countsIn(report) : { passed: 0, failed: 0, skipped: 0 }
rmSync(dir, { recursive: true, force: true })
if (!browser) {
  console.log(`there is no chromium and none could be installed: ${counts.skipped} tests were not run`)
  // Pages that nobody looked at must not count as tested where it matters.
  if (process.env.CI && code === 0) counts.failed++
}
// An error outside every test (an unhandled rejection, a broken setup) fails the run without failing a test.
if (code !== 0 && counts.failed === 0) counts.failed = 1
if (counts.failed > 0 && code === 0) code = 1
close(counts, code)
