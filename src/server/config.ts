// Which settings is this server running with? The only file of the server that reads the environment.

import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'

/** The server's settings, read once and frozen. One line each in .env.example. */
export interface Config {
  /** TCP port of the HTTP server; 0 takes any free one. */
  readonly port: number
  /** Address it listens on. */
  readonly bind: string
  /** Folder of everything the server keeps on disk, absolute. */
  readonly dataDir: string
  /** Folder of the sealed and opened files of bids, absolute: on a disk of its own where they are many. */
  readonly filesDir: string
  /** PostgreSQL to use, or null: the server starts (or finds) its own cluster under `dataDir`. */
  readonly databaseUrl: string | null
  /** Demonstration mode: seeded people, accelerated clock allowed. */
  readonly demo: boolean
  /** How many demonstration seconds pass in one real second; 1 outside the demonstration. */
  readonly accelerator: number
  /** Origin line of the public log's checkpoints (C2SP tlog-checkpoint). */
  readonly origin: string
  /** Unix socket of the signer. */
  readonly signerSocket: string
  /** Milliseconds between two runs of the sequencer. */
  readonly tickMs: number
  /** File that names the witnesses of the log and their quorum, absolute; null: nobody is asked. */
  readonly witnessFile: string | null
  /** Folder into which the log is written as files for static serving, absolute, or null. */
  readonly logFiles: string | null
  /** Address of the log as its policy file tells it. */
  readonly logUrl: string
  /** Origin under which people open the pages, for links in mails and for passkeys; null: http://localhost at our port. */
  readonly publicUrl: string | null
  /** Mail server as an smtp:// or smtps:// address, or null: mails are kept in the local outbox. */
  readonly smtp: string | null
  readonly mailFrom: string
  /** JSON file of OpenID Connect providers, absolute, or null. */
  readonly oidcFile: string | null
}

/** The environment does not describe a server that can run. `problems` names every wrong setting, one line each. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(
      `${problems.length === 1 ? 'A setting is' : `${problems.length} settings are`} wrong:\n  ${problems.join('\n  ')}`,
    )
    this.problems = problems
  }
}

// sun_path of Linux holds 107 bytes and a final zero, of macOS 103; the smaller one, so that a tree can move.
const SOCKET_PATH_BYTES = 103

const wholeNumber = (says: string, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, says)
    .transform(Number)
    .refine((n) => n >= min && n <= max, says)

/** https, or http on this machine alone: browsers give passkeys to no other page. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { origin, protocol, hostname } = new URL(text)
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && hostname === 'localhost'))
}

/** Settings that carry a password, which has no business in a log. */
const SECRET = ['DATABASE_URL', 'MADANG_SMTP']

const SETTINGS = {
  PORT: wholeNumber('is a port, 0 to 65535', 0, 65535).default(3000),
  MADANG_BIND: z
    .string()
    .refine((s) => s === 'localhost' || isIP(s) !== 0, 'is an IP address to listen on, such as 127.0.0.1')
    .default('127.0.0.1'),
  MADANG_DATA: z.string().default('.data'),
  MADANG_FILES: z.string().optional(),
  DATABASE_URL: z
    .string()
    .refine(
      (s) => URL.canParse(s) && /^postgres(ql)?:$/.test(new URL(s).protocol),
      'is postgres://user:password@host:port/database',
    )
    .optional(),
  MADANG_DEMO: z.literal('1', 'is empty or 1').optional(),
  MADANG_ACCELERATOR: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})?$/, 'is a number of at least 1')
    .transform(Number)
    .refine((n) => n >= 1, 'is a number of at least 1')
    .optional(),
  MADANG_ORIGIN: z
    .string()
    .regex(/^[^\s+\p{C}]{1,200}$/u, 'is a name without spaces, plus signs and control characters')
    .default('localhost/log'),
  MADANG_SIGNER: z.string().optional(),
  MADANG_TICK_MS: wholeNumber('is milliseconds, 10 to 60000', 10, 60_000).optional(),
  MADANG_WITNESSES: z.string().optional(),
  MADANG_LOG_FILES: z.string().optional(),
  MADANG_PUBLIC_URL: z
    .string()
    .refine(isOrigin, 'is the origin of the pages, such as https://madang.example, without a path')
    .optional(),
  MADANG_SMTP: z
    .string()
    .refine((s) => URL.canParse(s) && /^smtps?:$/.test(new URL(s).protocol), 'is smtp://user:password@host:port')
    .optional(),
  MADANG_MAIL_FROM: z
    .string()
    .regex(/^[^\s@<>]{1,64}@[^\s@<>]{1,190}$/, 'is an e-mail address')
    .default('madang@localhost'),
  MADANG_OIDC: z.string().optional(),
} as const

const Environment = z.object(SETTINGS).superRefine((env, ctx) => {
  if (env.MADANG_ACCELERATOR !== undefined && env.MADANG_DEMO === undefined)
    ctx.addIssue({
      code: 'custom',
      path: ['MADANG_ACCELERATOR'],
      message: 'is for the demonstration only (MADANG_DEMO=1): a real tender keeps real time',
    })
})

/**
 * The configuration that an environment describes. An empty value counts as not set, so that lines of .env.example can stay.
 * A name that begins with MADANG_ and is no setting is refused: a misspelt setting would otherwise silently have no effect.
 * @throws ConfigError with every wrong setting.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const problems = Object.keys(given)
    .filter((name) => name.startsWith('MADANG_') && !Object.hasOwn(SETTINGS, name))
    .map((name) => `${name}: is not a setting (${Object.keys(SETTINGS).join(', ')})`)

  const parsed = Environment.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0])
    const got = SECRET.includes(name) ? '' : `, not ${JSON.stringify(given[name])}`
    problems.push(`${name}: ${issue.message}${got}`)
  }
  const dataDir = resolve(given.MADANG_DATA ?? '.data')
  const signerSocket = resolve(given.MADANG_SIGNER ?? join(dataDir, 'signer', 'signer.sock'))
  if (Buffer.byteLength(signerSocket) > SOCKET_PATH_BYTES)
    problems.push(`MADANG_SIGNER: a socket's path has at most ${SOCKET_PATH_BYTES} bytes, too few for ${signerSocket}`)
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems)

  const demo = parsed.data.MADANG_DEMO !== undefined
  return Object.freeze({
    port: parsed.data.PORT,
    bind: parsed.data.MADANG_BIND,
    dataDir,
    filesDir: resolve(given.MADANG_FILES ?? join(dataDir, 'files')),
    databaseUrl: parsed.data.DATABASE_URL ?? null,
    demo,
    accelerator: parsed.data.MADANG_ACCELERATOR ?? 1,
    origin: parsed.data.MADANG_ORIGIN,
    signerSocket,
    tickMs: parsed.data.MADANG_TICK_MS ?? (demo ? 250 : 1000),
    witnessFile: parsed.data.MADANG_WITNESSES === undefined ? null : resolve(parsed.data.MADANG_WITNESSES),
    logFiles: parsed.data.MADANG_LOG_FILES === undefined ? null : resolve(parsed.data.MADANG_LOG_FILES),
    logUrl: `${parsed.data.MADANG_PUBLIC_URL ?? `http://localhost:${parsed.data.PORT}`}/log`,
    publicUrl: parsed.data.MADANG_PUBLIC_URL ?? null,
    smtp: parsed.data.MADANG_SMTP ?? null,
    mailFrom: parsed.data.MADANG_MAIL_FROM,
    oidcFile: parsed.data.MADANG_OIDC === undefined ? null : resolve(parsed.data.MADANG_OIDC),
  })
}

let held: Config | undefined

/** This process's configuration, read at the first call and the same ever after. Throws ConfigError like `readConfig`. */
export function config(): Config {
  held ??= readConfig(process.env)
  return held
}
