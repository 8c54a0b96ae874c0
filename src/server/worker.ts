// The worker as a program: numbers log entries, takes the clock's steps, opens envelopes. It answers no requests.
import { nodePrimitives as P } from '../node/primitives.ts'
import { clockRound } from './clockwork.ts'
import { openDatabase } from './db.ts'
import { rekeyRound } from './disputes/rekey-round.ts'
import { lostRound } from './disputes/tell-lost.ts'
import { replacedRound } from './disputes/tell-replaced.ts'
import { committeeRound } from './evaluators/draw-committee.ts'
import { filesRound } from './files/check-files.ts'
import { sweepRound } from './files/sweep-files.ts'
import { startJobs } from './jobs.ts'
import { fileRound } from './log/log-files.ts'
import { startSequencer } from './log/sequencer.ts'
import { askVkey } from './log/signer-client.ts'
import { tileReader } from './log/tiles.ts'
import { policyText, witnessLines } from './log/witness-policy.ts'
import { ownPages } from './mail/post-mail.ts'
import { openRound } from './openings/opener.ts'
import { startOpenerThread } from './openings/opener-thread.ts'
import { remindRound } from './privacy/remind.ts'
import { runProgram } from './program.ts'

/** Repeats a round until stopped; a round that fails is tried again. */
function every(ms: number, round: () => Promise<unknown>, onProblem: (err: Error) => void): () => Promise<void> {
  let stopping = false
  let wake = () => {}
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const done = (async () => {
    while (!stopping) {
      await round().catch(onProblem)
      if (!stopping) await pause()
    }
  })()
  return async () => {
    stopping = true
    wake()
    await done
  }
}

await runProgram(async (settings, url, log) => {
  const onProblem = (err: Error) => log.warn({ err }, 'trouble in a round')
  const db = openDatabase({ url, max: 8, publicMax: 1, statementMs: 60_000, idleInTxMs: 60_000, onProblem })
  const thread = startOpenerThread()
  const { origin, signerSocket, tickMs, accelerator } = settings
  const witnesses = witnessLines(P, settings.witnessFile)
  const sequencer = startSequencer({ P, db, databaseUrl: url, origin, signerSocket, tickMs, witnesses, onProblem })
  const tiles = tileReader()
  const pace = Math.min(tickMs, 500)
  const base = ownPages(settings)
  const stopClock = every(pace, () => clockRound({ P, db, tiles, accelerator, onProblem }), onProblem)
  const stopCommittees = every(pace, () => committeeRound({ P, db, tiles, accelerator, base, onProblem }), onProblem)
  const stopRekeys = every(pace, () => rekeyRound({ P, db, tiles, accelerator, onProblem }), onProblem)
  // The whole of each envelope is hashed: a demonstration looks more often than once a minute.
  const lookEvery = Math.max(1000, Math.ceil(60_000 / accelerator))
  const stopLost = every(lookEvery, () => lostRound({ db, base, onProblem }), onProblem)
  const stopReplaced = every(pace, () => replacedRound({ db, base, onProblem }), onProblem)
  const { logFiles, logUrl } = settings
  const policy = async () => policyText(await askVkey(signerSocket), logUrl, witnesses)
  const stopFiles = logFiles
    ? every(Math.max(pace, 1000), () => fileRound({ P, db, tiles, dir: logFiles, policy }), onProblem)
    : async () => {}
  const { filesDir } = settings
  const stopChecks = every(pace, () => filesRound({ db, filesDir, onProblem }), onProblem)
  const stopSweeps = every(Math.max(pace, 30_000), () => sweepRound({ db, filesDir }), onProblem)
  const stopReminders = every(3_600_000, () => remindRound({ db, base }), onProblem)
  const stopOpener = every(pace, () => openRound({ P, db, thread }), onProblem)
  const jobs = startJobs(url, { db, config: settings, log })
  return {
    ready: 'ready',
    stop: async () => {
      await Promise.all([
        stopClock(),
        stopCommittees(),
        stopRekeys(),
        stopLost(),
        stopReplaced(),
        stopOpener(),
        stopFiles(),
        stopChecks(),
        stopSweeps(),
        stopReminders(),
        sequencer.stop(),
        jobs.stop(),
      ])
      await thread.close()
      await db.close()
    },
  }
})
