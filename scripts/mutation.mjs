// Would the tests notice a changed comparison or rounding? npm run mutation [-- price ranking …], files of src/domain/scoring or draw
//
// Stryker makes each change ("mutant") there is to make in a file, and runs the tests of the award rules and of the draw against it.
// All files take about an hour on two cores, one file some minutes; bench/results/mutation.json keeps what was found for each.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { install, ROOT } from './install.mjs'

const SCORING = 'src/domain/scoring'
const RESULT = join(ROOT, 'bench', 'results', 'mutation.json')
const REPORT = join(ROOT, 'node_modules', '.cache', 'mutation-report.json')

const all = [...readdirSync(join(ROOT, SCORING)).map((file) => `${SCORING}/${file}`), 'src/proof/draw.ts']
const named = process.argv.slice(2)
const wanted = named.length === 0 ? all : all.filter((file) => named.includes(basename(file, '.ts')))
const unknown = named.filter((name) => !all.some((file) => basename(file, '.ts') === name))
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(', ')}; there are ${all.map((file) => basename(file, '.ts')).join(', ')}`)
  process.exit(1)
}
install()

const text = (source, { start, end }) => {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  return lines.length > 1 ? `${lines[0].slice(start.column - 1)} …` : lines[0].slice(start.column - 1, end.column - 1)
}

/** What became of the mutants of a file: those that no test noticed are listed. Static ones, the tables, are held by vectors instead. */
function judged({ mutants, source }) {
  const of = (...states) => mutants.filter((mutant) => states.includes(mutant.status))
  const killed = of('Killed', 'Timeout').length
  const survivors = of('Survived', 'NoCoverage')
  const counted = killed + survivors.length
  return {
    mutants: counted,
    killed,
    score: counted === 0 ? null : Math.round((1000 * killed) / counted) / 10,
    // Said to be equivalent, with the reason, beside the line.
    equivalent: mutants.filter((m) => m.status === 'Ignored' && !m.statusReason?.startsWith('Static')).length,
    survivors: survivors.map((m) => {
      const { line } = m.location.start
      return `${line} ${m.mutatorName}: ${text(source, m.location).slice(0, 100)} → ${String(m.replacement).slice(0, 60)}`
    }),
  }
}

const kept = existsSync(RESULT) ? JSON.parse(readFileSync(RESULT, 'utf8')) : { files: {} }
for (const file of wanted) {
  const stryker = join(ROOT, 'node_modules', '.bin', 'stryker')
  const { status } = spawnSync(stryker, ['run', '--mutate', file], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  const report = JSON.parse(readFileSync(REPORT, 'utf8')).files[file]
  // A file of types and tables alone has nothing to change while it runs.
  if (report) kept.files[file] = judged(report)
  const files = Object.fromEntries(Object.entries(kept.files).sort(([a], [b]) => (a < b ? -1 : 1)))
  const killed = Object.values(files).reduce((sum, one) => sum + one.killed, 0)
  const mutants = Object.values(files).reduce((sum, one) => sum + one.mutants, 0)
  kept.files = files
  const whole = { mutants, killed, score: Math.round((1000 * killed) / mutants) / 10, files }
  writeFileSync(RESULT, `${JSON.stringify(whole, null, 2)}\n`)
}
for (const [file, { score, mutants, killed }] of Object.entries(kept.files))
  if (score !== null) console.log(`${String(score).padStart(5)} %  ${killed} of ${mutants}  ${file}`)
