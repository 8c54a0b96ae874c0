// Which commands are there? `madang verify`, `monitor`, `bundle`, `receipt`, `pool`, `export`, `award`, `seal`, `code`: for people who trust no server. Exit codes: 0 good, 1 failed, 2 unusable.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type AwardOptions, award, schema } from './award.ts'
import { bundleTender } from './bundle.ts'
import { code } from './code.ts'
import { exportTender } from './export.ts'
import { type MonitorOptions, monitor } from './monitor.ts'
import { judgeOpenedPool, type PoolOptions } from './pool.ts'
import { judgeReceipt, type ReceiptOptions } from './receipt.ts'
import { type SealOptions, sealBid } from './seal.ts'
import { type Lang, systemLang, type Terminal, Unusable } from './terminal.ts'
import { type VerifyOptions, verify } from './verify.ts'

const terminal: Terminal = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number from 1')
  return Number(text)
}

const AWARD_HELP = `
Exit code 0: decided, also when nobody wins; 1: rule or facts are refused, with every reason; 2: a file cannot be read or has another shape.
docs/award.md says what each member of the files means. Examples to begin with: test/vectors/award and test/vectors/contest
(the member "facts" of each, its "rule" in one file and the rest in the other).

  madang award RULE.json FACTS.json --explain --lang ko
  madang award --schema contest-facts`

/** The number of a notice people know ends in its revision; the record's tender does not. */
const tenderOf = (typed: string): string => typed.replace(/-\d{3}$/, '')

function program(done: (code: number) => void): Command {
  const lang = () => new Option('--lang <lang>', 'language of the words').choices(['ko', 'en']).default(systemLang())
  const policy = () => new Option('--policy <file>', 'policy file that you trust; without it the log’s own is used')
  const madang = new Command('madang')
    .description('Check public tenders, keep their evidence, seal bids offline.')
    .exitOverride()
    .showHelpAfterError()

  madang
    .command('verify')
    .description('recompute a tender from its public record')
    .argument('<place>', 'address of a service, folder of a saved log, or bundle of a tender')
    .argument('[tender]', 'tender number; a bundle knows its own')
    .addOption(policy())
    .option('--files <folder>', 'sealed files of the bids, each under its SHA-256; an address gives its own')
    .option('--json', 'the report as JSON')
    .addOption(lang())
    .action(async (place: string, tender: string | undefined, options: VerifyOptions) =>
      done(await verify(place, tender === undefined ? undefined : tenderOf(tender), options, terminal)),
    )

  madang
    .command('bundle')
    .description('save the whole public evidence of a tender as one file, the same bytes whoever makes it')
    .argument('<place>', 'address of a service or folder of a saved log')
    .argument('<tender>', 'tender number')
    .argument('<file>', 'where to write; nothing there is overwritten')
    .addOption(lang())
    .action(async (place: string, tender: string, file: string, options: { lang: Lang }) =>
      done(await bundleTender(place, tenderOf(tender), file, options, terminal)),
    )

  madang
    .command('monitor')
    .description('follow a service’s log for ever: growth, witnesses, availability, served code')
    .argument('<url>', 'address of the service')
    .addOption(policy())
    .option('--state <file>', 'keeps what was seen, so that the next start goes on from it')
    .option('--every <seconds>', 'pause between two rounds', positive, 10)
    .option('--rounds <n>', 'ends after so many; without it, never', positive)
    .option('--metrics <port>', 'serves figures at http://127.0.0.1:<port>/metrics', positive)
    .option('--json', 'one JSON line for each thing said')
    .action(async (url: string, options: MonitorOptions) => done(await monitor(url, options, terminal)))

  madang
    .command('receipt')
    .description('judge a receipt: a .tlog-proof, or the file that a bidder kept')
    .argument('<file>', 'the receipt')
    .option(
      '--log <place>',
      'address, folder or bundle of the log: then growth, the server’s signature and the closing list are checked too',
    )
    .addOption(policy())
    .option('--json', 'the report as JSON')
    .addOption(lang())
    .action(async (file: string, options: ReceiptOptions) => done(await judgeReceipt(file, options, terminal)))

  madang
    .command('pool')
    .description('judge an opened pool of evaluators: had everybody been confirmed before it was fixed?')
    .argument('<file>', 'the pool as the operator opened it for you: npm run log -- pool TENDER')
    .argument('<place>', 'address of a service or folder of a saved log')
    .addOption(policy())
    .addOption(lang())
    .action(async (file: string, place: string, options: PoolOptions) =>
      done(await judgeOpenedPool(file, place, options, terminal)),
    )

  madang
    .command('export')
    .description('save everything that an audit of the tender reads')
    .argument('<place>', 'address of a service or folder of a saved log')
    .argument('<tender>', 'tender number')
    .argument('<folder>', 'an empty folder, or one to make')
    .addOption(policy())
    .addOption(lang())
    .action(async (place: string, tender: string, folder: string, options: { policy?: string; lang: Lang }) =>
      done(await exportTender(place, tenderOf(tender), folder, options, terminal)),
    )

  madang
    .command('award')
    .description('decide an award from a rule and facts in files')
    .argument('[rule]', 'RULE.json: the rule object')
    .argument('[facts]', 'FACTS.json: bids, marks, planned price')
    .option('--json', 'the decision with all its working as JSON')
    .option('--explain', 'print the working of every figure')
    .addOption(
      new Option('--schema <name>', 'print a JSON schema').choices(['rule', 'negotiation-facts', 'contest-facts']),
    )
    .addOption(lang())
    .action((rule: string | undefined, facts: string | undefined, options: AwardOptions & { schema?: string }) => {
      if (options.schema !== undefined) return done(schema(options.schema, terminal))
      if (rule === undefined || facts === undefined) throw new Unusable('award needs RULE.json and FACTS.json')
      done(award(rule, facts, options, terminal))
    })
    .addHelpText('after', AWARD_HELP)

  madang
    .command('code')
    .description('show the code of an authenticator secret, such as one of the demonstration')
    .argument('<secret>', 'the secret in base32')
    .action((secret: string) => done(code(secret, terminal)))

  madang
    .command('seal')
    .description('seal a bid from files, without the net')
    .option(
      '--technical-keyset <file>',
      'keyset of the technical envelope, JSON or signed; none where price alone is handed in',
    )
    .requiredOption('--price-keyset <file>', 'keyset of the price envelope, JSON or signed')
    .requiredOption('--key <file>', 'your private signing key, a P-256 JWK')
    .requiredOption('--bidder <id>', 'your organisation')
    .option('--technical <file>', 'technical body: a JSON object of texts')
    .requiredOption('--price <file>', 'price body: {"amount":"98000000","currency":"KRW"}')
    .option('--picks <numbers>', 'two numbers of preliminary prices, such as 3,9, where they are drawn')
    .option(
      '--file <path...>',
      'files to attach, sealed with the technical envelope, or with the price envelope where that stands alone',
    )
    .requiredOption('--out <folder>', 'where to write; nothing there is overwritten')
    .option('--seq <n>', 'number of this act of yours', positive, 1)
    .option('--replaces <c>', 'commitment of the bid that this one replaces')
    .option('--log <place>', 'address or folder of the log in which the keysets must stand')
    .addOption(policy())
    .action(async (options: SealOptions) => done(await sealBid(options, Date.now(), terminal)))

  return madang
}

/** Runs one command line. Answers the exit code; throws only for bugs. */
export async function run(argv: readonly string[]): Promise<number> {
  let code = 0
  try {
    await program((c) => {
      code = c
    }).parseAsync([...argv], { from: 'user' })
    return code
  } catch (e) {
    if (e instanceof CommanderError) return e.exitCode === 0 ? 0 : 2
    if (e instanceof Unusable) {
      terminal.err(`madang: ${e.message}`)
      return 2
    }
    throw e
  }
}

// Whoever reads along may stop, as `madang award … | head` does: then there is nobody to tell the rest to. 2 unless it is known how it went.
process.stdout.on('error', (e: NodeJS.ErrnoException) => {
  if (e.code === 'EPIPE') process.exit(process.exitCode ?? 2)
  throw e
})

process.exitCode = await run(process.argv.slice(2))
