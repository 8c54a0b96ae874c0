// Where is a Chromium on this machine, and how is it started without reaching for anything but the tests' own servers?
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // As in a browser with windows: letters are placed between pixels.
  '--font-render-hinting=none',
]

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian has the same browser with and without what draws windows; a page costs the one without half as much. */
const NAMES = ['chromium-headless-shell', 'chromium']

/**
 * The path of a Chromium: `CHROMIUM_PATH`, else the first of these names on the PATH or in /usr/bin; `null` when there is none.
 * Whoever measures wants `['chromium']`, which is what people have.
 */
export function findChromium(names: readonly string[] = NAMES): string | null {
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined && named !== '') return isProgram(named) ? named : null
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), '/usr/bin']
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram) ?? null
}

/** Says on the console, once for each test file, that browser tests are skipped and how to have them run. */
export function chromiumOrSkip(what: string): string | null {
  const path = findChromium()
  if (path === null) console.warn(`SKIPPED ${what}: no Chromium. Install one, or name it in CHROMIUM_PATH.`)
  return path
}

/** Starts a headless Chromium; the caller closes it. */
export function launchChromium(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, headless: true, args: FLAGS })
}

/** Starts one with a profile on disk, as people's own have: what a page stores is there and not in memory. */
export function launchWithProfile(path: string, folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { executablePath: path, headless: true, args: FLAGS })
}
