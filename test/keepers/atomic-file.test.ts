// Do the files of a keeper survive a kill at any step, and does one process at a time hold a folder?
import { type ChildProcess, spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  appendDurably,
  FolderHeld,
  holdFolder,
  privateFolder,
  readFileIfThere,
  UnsafePath,
  type WriteStep,
  writeFileAtomic,
} from '../../src/node/atomic-file.ts'

let dir: string
const children: ChildProcess[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'madang-atomic-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

const STEPS: WriteStep[] = ['start', 'opened', 'half-written', 'written', 'synced', 'renamed', 'folder-synced']
const textOf = (path: string) => Buffer.from(readFileIfThere(path) ?? []).toString()

describe('an atomic write', () => {
  test('refuses to replace a symbolic link and leaves its target alone', () => {
    writeFileSync(join(dir, 'target'), 'precious')
    symlinkSync(join(dir, 'target'), join(dir, 'state.json'))
    expect(() => writeFileAtomic(join(dir, 'state.json'), 'new')).toThrow(UnsafePath)
    expect(readFileSync(join(dir, 'target'), 'utf8')).toBe('precious')
  })

  test('refuses a symbolic link in the place of the temporary file', () => {
    writeFileSync(join(dir, 'target'), 'precious')
    symlinkSync(join(dir, 'target'), join(dir, 'state.json.tmp'))
    expect(() => writeFileAtomic(join(dir, 'state.json'), 'new')).toThrow(UnsafePath)
    expect(readFileSync(join(dir, 'target'), 'utf8')).toBe('precious')
  })

  test('refuses a folder in the place of the file', () => {
    mkdirSync(join(dir, 'state.json'))
    expect(() => writeFileAtomic(join(dir, 'state.json'), 'new')).toThrow(UnsafePath)
  })

  test.each(STEPS)('killed at "%s" leaves the old bytes or the new ones, and the next write works', (fatal) => {
    const path = join(dir, 'state.json')
    writeFileAtomic(path, 'the old state')
    expect(() =>
      writeFileAtomic(path, 'the new state', {
        step: (step) => {
          if (step === fatal) throw new Error('killed')
        },
      }),
    ).toThrow('killed')
    const renamed = STEPS.indexOf(fatal) >= STEPS.indexOf('renamed')
    expect(textOf(path)).toBe(renamed ? 'the new state' : 'the old state')
    writeFileAtomic(path, 'a third state')
    expect(textOf(path)).toBe('a third state')
    expect(readdirSync(dir)).toEqual(['state.json'])
  })

  test('gives the file to its owner only', () => {
    writeFileAtomic(join(dir, 'key.json'), 'secret')
    expect(statSync(join(dir, 'key.json')).mode & 0o777).toBe(0o600)
  })
})

describe('reading and appending', () => {
  test('refuses to follow a symbolic link', () => {
    writeFileSync(join(dir, 'target'), 'elsewhere')
    symlinkSync(join(dir, 'target'), join(dir, 'link'))
    expect(() => readFileIfThere(join(dir, 'link'))).toThrow(UnsafePath)
    expect(() => appendDurably(join(dir, 'link'), 'more')).toThrow(UnsafePath)
    expect(readFileSync(join(dir, 'target'), 'utf8')).toBe('elsewhere')
  })

  test('says null for a file that is not there', () => {
    expect(readFileIfThere(join(dir, 'nothing'))).toBeNull()
  })

  test('appends after what is there', () => {
    appendDurably(join(dir, 'lines'), 'one\n')
    appendDurably(join(dir, 'lines'), 'two\n')
    expect(textOf(join(dir, 'lines'))).toBe('one\ntwo\n')
  })

  test('refuses a folder that is a symbolic link', () => {
    mkdirSync(join(dir, 'real'))
    symlinkSync(join(dir, 'real'), join(dir, 'link'))
    expect(() => privateFolder(join(dir, 'link'))).toThrow(UnsafePath)
  })
})

/** A process that takes the folder, says so, and stays until it is killed. */
async function holder(): Promise<ChildProcess> {
  const program = `
    import { holdFolder } from ${JSON.stringify(join(process.cwd(), 'src/node/atomic-file.ts'))}
    try { holdFolder(${JSON.stringify(dir)}); console.log('held') } catch (e) { console.log('refused') }
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const says = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (data) => resolve(String(data).trim())),
  )
  return Object.assign(child, { says })
}

const killed = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })

describe('a held folder', () => {
  test('refuses a second holder in the same process, and takes one after the release', () => {
    const first = holdFolder(dir)
    expect(() => holdFolder(dir)).toThrow(FolderHeld)
    first.release()
    holdFolder(dir).release()
  })

  test('refuses while another process lives, and is taken over after kill -9', async () => {
    const other = await holder()
    expect(other).toHaveProperty('says', 'held')
    expect(() => holdFolder(dir)).toThrow(FolderHeld)
    await killed(other)
    holdFolder(dir)
    expect(readdirSync(dir)).toEqual(['lock.2'])
  })

  test('does not mistake another process that got the same number for the holder', () => {
    writeFileSync(join(dir, 'lock.7'), JSON.stringify({ pid: process.pid, life: 'another-boot 123' }))
    holdFolder(dir)
    expect(readdirSync(dir)).toEqual(['lock.8'])
  })

  test('goes to exactly one of several processes that find the same stale lock at once', async () => {
    writeFileSync(join(dir, 'lock.1'), JSON.stringify({ pid: 0, life: 'gone' }))
    const all = await Promise.all([holder(), holder(), holder(), holder()])
    const held = all.filter((child) => (child as unknown as { says: string }).says === 'held')
    expect(held).toHaveLength(1)
  })
})
