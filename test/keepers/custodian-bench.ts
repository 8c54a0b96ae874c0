// One custodian of the forged tender, in its own folder, with a clock that the test sets, before a server that may lie.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { millisZ, timeOf } from '../../src/domain/kit/time.ts'
import { Custodian } from '../../src/keepers/custodian-core.ts'
import { httpPost } from '../../src/keepers/post.ts'
import { privateFolder, type WriteStep, writeFileAtomic } from '../../src/node/atomic-file.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, utf8 } from '../../src/proof/bytes.ts'
import { canonical } from '../../src/proof/canonical.ts'
import { openLeaf } from '../../src/proof/leaf.ts'
import { CUSTODIANS, DEADLINE, type Edit, type Forge, forge, keyOf, type Step } from '../support/forge.ts'
import { type LyingServer, lyingServer } from './lying-server.ts'

/** The custodian under test: number 1 of the keysets. */
export const ME = CUSTODIANS[0]!

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'madang-custodian-'))
  folders.push(folder)
  return folder
}

const textAt = (forged: Forge, typ: string, org: string): string => {
  const index = forged
    .indexesOf(typ)
    .find((i) => new TextDecoder().decode(forged.entries[i]).includes(`"org":"${org}"`))
  return new TextDecoder().decode(forged.payloadAt(index!))
}

/** Fills a folder as the custodian's own program would have, with the keys under which the forged log knows it. */
export function custodianFolder(forged: Forge, id: string = ME): string {
  const dir = tempFolder()
  writeFileAtomic(join(dir, 'identity.key'), canonical({ typ: 'custodian.key/1', id, scalar: b64u(keyOf(id).scalar) }))
  writeFileAtomic(join(dir, 'identity.jws'), textAt(forged, 'custodian.identity/1', id))
  const keys = ['other', 'technical', 'price', 'spare'].map((use) => {
    const { signer, scalar } = keyOf(`${id} ${use}`)
    return { kid: signer.kid, scalar: b64u(scalar) }
  })
  const jws = textAt(forged, 'custodian.prekeys/1', id)
  privateFolder(join(dir, 'prekeys'))
  writeFileAtomic(join(dir, 'prekeys', 'batch-00001.json'), canonical({ typ: 'prekey.batch/1', jws, keys }))
  return dir
}

/** Steps of a tender up to and with the opening list of a kind; nobody has released over it. */
export const upTo = (last: Step) => (steps: Step[]) => steps.slice(0, steps.indexOf(last) + 1)
export const TO_TECHNICAL_LIST: Edit = { steps: upTo('list technical') }
export const TO_PRICE_LIST: Edit = { steps: upTo('list price') }

export interface Bench {
  readonly dir: string
  readonly server: LyingServer
  readonly lines: string[]
  custodian: Custodian
  /** Own clock, as text such as "2026-03-10T05:00:02Z". */
  clock: string
  /** One poll, long enough after the one before for every pause to be over. */
  round(): Promise<boolean>
  /** What is refused now: the codes, each once, sorted. */
  codes(): string[]
  /** Shows what a forger has written. */
  show(forged: Forge): void
  /** Opens the folder anew, as after a kill. */
  restart(step?: (step: WriteStep) => void): Promise<void>
}

/** `seconds` after the deadline of the forged tender, thousandths too. */
export const pastDeadline = (seconds: number): string => millisZ(timeOf(DEADLINE) + Math.round(seconds * 1000))

export async function bench(
  forged: Forge,
  options: { clock?: string; policy?: string; dir?: string } = {},
): Promise<Bench> {
  const server = await lyingServer(forged.files)
  const dir = options.dir ?? custodianFolder(forged)
  const lines: string[] = []
  let elapsed = 0
  const open = (step?: (step: WriteStep) => void) =>
    Custodian.open({
      P,
      dir,
      id: ME,
      source: httpLogSource(`${server.url}/log`),
      post: httpPost(server.url),
      now: () => timeOf(made.clock),
      elapsed: () => elapsed,
      tell: (line) => lines.push(line),
      policy: options.policy,
      ...(step ? { step } : {}),
    })
  const made: Bench = {
    dir,
    server,
    lines,
    clock: options.clock ?? pastDeadline(2),
    custodian: undefined as unknown as Custodian,
    round: () => {
      elapsed += 3_600_000
      return made.custodian.round()
    },
    codes: () => [...new Set(made.custodian.status().refusals.map(({ code }) => code))].sort(),
    show: (other) => {
      server.files = new Map(other.files)
    },
    restart: async (step) => {
      made.custodian = await open(step)
    },
  }
  made.custodian = await open()
  return made
}

/** Forges a tender, has the custodian look once, and gives the bench. */
export async function looking(
  edit: Edit,
  options: { clock?: string; policy?: string } = {},
): Promise<Bench & { forged: Forge }> {
  const forged = await forge(edit)
  const made = await bench(forged, options)
  await made.round()
  return Object.assign(made, { forged })
}

/** What the forged log served when it had its first `size` entries: the same history, looked at earlier. */
export async function prefix(forged: Forge, size: number): Promise<Map<string, Uint8Array>> {
  const rest = forged.entries.splice(size)
  await forged.publish()
  const files = new Map(forged.files)
  forged.entries.push(...rest)
  await forged.publish()
  return files
}

/** Logs somebody's signed payload as it is. */
export function logAsIs(forged: Forge, leaf: { typ: string; org: string; by: string; ref: string }, jws: string): void {
  forged.entries.push(openLeaf({ ...leaf, at: '2026-03-10T08:00:00Z', h: forged.put(utf8(jws)) }))
}
