// Starts the whole house as real processes: database, signer, witnesses, API, worker, three custodians; each can be killed alone.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Cluster, startCluster } from '../src/server/cluster.ts'
import { holdPersonalKeys } from '../src/server/privacy/personal-keys.ts'

/** Plain JavaScript, as it also runs before anything is installed. */
const { programs: builtPrograms } = (await import('./programs.mjs' as string)) as { programs: () => Promise<string> }

/** A child that was asked to end and has not by then is killed: whatever matters is on disk. */
const ENDS_WITHIN_MS = 20_000

const ROOT = fileURLToPath(new URL('..', import.meta.url))

export type HouseOptions = {
  dataDir: string
  /** 0 takes any free port. */
  port?: number
  database?: string
  /** An operator's own PostgreSQL; then no cluster is started. */
  databaseUrl?: string | null
  bind?: string
  origin?: string
  demo?: boolean
  accelerator?: number
  tickMs?: number
  pollMs?: number
  custodians?: string[]
  /** Ids of the witnesses of the log, each of another organisation; two of three must see a checkpoint. None: `[]`. */
  witnesses?: string[]
  say?: (line: string) => void
  /** Where children's complaints go. */
  onComplaint?: (who: string, line: string) => void
  env?: Record<string, string>
  /** Hears of a child that ended without being told to. */
  onExit?: (name: string, code: number | null) => void
  /** A command in front of a child's own, to run it with fewer rights: `['setpriv', '--reuid', '998']`. It must end in an exec. */
  under?: (name: string) => string[]
}

export type Child = { name: string; pid: number; process: ChildProcess; exited: Promise<number | null> }

export type House = {
  url: string
  databaseUrl: string
  /** Null with an operator's own database. */
  cluster: Cluster | null
  dataDir: string
  /** Running children by name: signer, api, worker, custodian ids, `witness-` and a witness's id. */
  children: Map<string, Child>
  /** Public identity entry of a custodian, for its enrolment. */
  identityOf: (id: string) => Promise<string>
  start: (name: string) => Promise<Child>
  kill: (name: string, signal?: NodeJS.Signals) => Promise<void>
  startCustodians: () => Promise<void>
  stop: () => Promise<void>
}

/** Witnesses of a demonstration: bodies that gain nothing from a bent tender. */
export const WITNESSES = ['press-council', 'bidders-chamber', 'gaon-university']

/** The policy lines of witnesses: more than half of them must have seen a checkpoint. */
function witnessLines(witnesses: readonly { id: string; vkey: string; url: string }[]): string {
  const ids = witnesses.map(({ id }) => id)
  const lines = witnesses.map(({ id, vkey, url }) => `witness ${id} ${vkey} ${url}/`)
  return [...lines, `group witnesses ${Math.floor(ids.length / 2) + 1} ${ids.join(' ')}`, 'quorum witnesses', ''].join(
    '\n',
  )
}

type Launch = { program: string; args: string[]; ready: RegExp | null; env?: Record<string, string> }

function launched(
  name: string,
  { program, args, env }: Launch,
  { built, onComplaint, under }: Pick<HouseOptions, 'onComplaint' | 'under'> & { built: string },
): Child {
  const command = [...(under?.(name) ?? []), process.execPath, join(built, `${program}.mjs`), ...args]
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: ROOT,
    // Standard input is the lifeline: it closes when this process is gone, however it went.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
  })
  if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => onComplaint?.(name, line))
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  return { name, pid: child.pid ?? -1, process: child, exited }
}

async function lineOf(child: Child, match: RegExp, ms = 60_000): Promise<string> {
  const out = child.process.stdout
  if (!out) throw new Error('no standard output')
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${child.name} was not ready within ${ms} ms`)), ms)
    createInterface({ input: out }).on('line', (line) => {
      if (match.test(line)) {
        clearTimeout(timer)
        resolve(line)
      }
    })
    void child.exited.then((code) => reject(new Error(`${child.name} ended with ${code} before it was ready`)))
  })
}

/** Starts everything but the custodians, which need the API's address and are started by `startCustodians`. */
export async function startHouse(o: HouseOptions): Promise<House> {
  const say = o.say ?? (() => {})
  const built = await builtPrograms()
  const ids = o.custodians ?? ['agency', 'audit-office', 'timekeeper']
  const watching = o.witnesses ?? WITNESSES
  // The database’s own user must be able to pass; each keeper’s folder is closed to all but its keeper.
  await mkdir(o.dataDir, { recursive: true })
  say(o.databaseUrl ? 'database: the one of DATABASE_URL' : 'database: starting PostgreSQL')
  const cluster = o.databaseUrl ? null : await startCluster({ dataDir: join(o.dataDir, 'postgres'), say })
  const databaseUrl = o.databaseUrl ?? (await cluster?.ensureDatabase(o.database ?? 'madang')) ?? ''
  const children = new Map<string, Child>()
  const socket = join(o.dataDir, 'signer', 'signer.sock')
  const origin = o.origin ?? 'localhost/log'
  let port = o.port ?? 0
  const witnessFolder = join(o.dataDir, 'witnesses')
  const policyFile = join(witnessFolder, 'policy')
  const logsFile = join(witnessFolder, 'logs')
  /** Where each witness listens: the port that it was given at its first start is its port at the next. */
  const witnessed = new Map<string, { id: string; vkey: string; url: string }>()
  const server = () => ({
    DATABASE_URL: databaseUrl,
    MADANG_DATA: o.dataDir,
    MADANG_ORIGIN: origin,
    MADANG_SIGNER: socket,
    PORT: String(port),
    MADANG_BIND: o.bind ?? '127.0.0.1',
    MADANG_TICK_MS: String(o.tickMs ?? 1000),
    ...(watching.length > 0 ? { MADANG_WITNESSES: policyFile } : {}),
    ...(o.demo ? { MADANG_DEMO: '1', MADANG_ACCELERATOR: String(o.accelerator ?? 1) } : {}),
    ...o.env,
  })
  const url = () => `http://127.0.0.1:${port}`
  const folder = (id: string) => join(o.dataDir, 'custodians', id)
  const launch = (name: string): Launch => {
    if (name === 'signer') {
      const args = ['--dir', join(o.dataDir, 'signer'), '--socket', socket, '--origin', origin, '--parent-watch']
      return { program: 'signer', args, ready: /^ready/ }
    }
    if (name.startsWith('witness-')) {
      const id = name.slice('witness-'.length)
      const listen = witnessed.get(id)?.url.replace('http://', '') ?? '127.0.0.1:0'
      const args = ['--dir', join(witnessFolder, id), '--name', `${id}.example/witness`, '--logs', logsFile]
      return { program: 'witness', args: [...args, '--listen', listen, '--parent-watch'], ready: /^ready/ }
    }
    if (name === 'api') return { program: 'api', args: ['--parent-watch'], ready: /^ready/, env: server() }
    if (name === 'worker') return { program: 'worker', args: ['--parent-watch'], ready: /^ready/, env: server() }
    const args = [
      '--dir',
      folder(name),
      '--id',
      name,
      '--url',
      url(),
      '--poll-ms',
      String(o.pollMs ?? 1000),
      '--parent-watch',
    ]
    return { program: 'custodian', args, ready: /^ready/ }
  }
  let signerKey = ''
  const start = async (name: string): Promise<Child> => {
    const how = launch(name)
    const child = launched(name, how, { ...o, built })
    children.set(name, child)
    void child.exited.then((code) => {
      if (children.get(name) === child) {
        children.delete(name)
        o.onExit?.(name, code)
      }
    })
    if (how.ready) {
      const line = await lineOf(child, how.ready)
      if (name === 'api') port = Number(new URL(line.replace(/^ready /, '')).port)
      if (name === 'signer') signerKey = line.replace(/^ready /, '')
      if (name.startsWith('witness-')) {
        const [, vkey = '', at = ''] = line.split(' ')
        witnessed.set(name.slice('witness-'.length), { id: name.slice('witness-'.length), vkey, url: at })
      }
    }
    return child
  }
  const kill = async (name: string, signal: NodeJS.Signals = 'SIGKILL') => {
    const child = children.get(name)
    if (!child) return
    children.delete(name)
    child.process.kill(signal)
    const patience = setTimeout(() => child.process.kill('SIGKILL'), ENDS_WITHIN_MS)
    await child.exited
    clearTimeout(patience)
  }
  await mkdir(join(o.dataDir, 'signer'), { recursive: true, mode: 0o700 })
  say(watching.length > 0 ? 'signer, witnesses and API: starting' : 'signer and API: starting')
  if (watching.length > 0) await mkdir(witnessFolder, { recursive: true })
  // A witness learns from its file which log it is to witness, and looks again when it is asked by one that it does not know.
  await Promise.all([start('signer'), ...watching.map((id) => start(`witness-${id}`))])
  if (watching.length > 0) {
    await writeFile(logsFile, `${signerKey}\n`)
    await writeFile(policyFile, witnessLines(watching.flatMap((id) => witnessed.get(id) ?? [])))
  }
  await Promise.all([start('api'), start('worker')])
  // People are put into this world's tables by this program, too.
  await holdPersonalKeys(o.dataDir)
  return {
    get url() {
      return url()
    },
    databaseUrl,
    cluster,
    dataDir: o.dataDir,
    children,
    start,
    kill,
    identityOf: async (id) => {
      const statement = join(folder(id), 'identity.jws')
      // A custodian that was started has written it; one that was not makes it now.
      if (!existsSync(statement)) {
        const init = launched(
          `${id} --init`,
          { program: 'custodian', args: ['--dir', folder(id), '--id', id, '--init'], ready: null },
          { ...o, built },
        )
        if ((await init.exited) !== 0) throw new Error(`custodian ${id} could not make its identity`)
      }
      return (await readFile(statement, 'utf8')).trim()
    },
    startCustodians: async () => {
      await Promise.all(ids.map((id) => start(id)))
    },
    stop: async () => {
      const names = [...children.keys()].reverse()
      await Promise.all(names.map((name) => kill(name, 'SIGTERM')))
      await cluster?.stop()
    },
  }
}
