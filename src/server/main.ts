// The API as a program: answers requests and tells watchers of new log entries. `npm run serve` for operators.
import { nodePrimitives as P } from '../node/primitives.ts'
import { startApi } from './api.ts'
import { openDatabase } from './db.ts'
import { publishRelease } from './first-start.ts'
import { runProgram } from './program.ts'
import { VERSION } from './version.ts'
import { readWeb } from './web-files.ts'

await runProgram(async (settings, url, log) => {
  const api = await startApi(settings, url, log)
  const web = readWeb()
  if (web) {
    // Not under the API's role, which may not read what waits for the log.
    const db = openDatabase({ url, max: 1, publicMax: 1 })
    await publishRelease({ P, db }, web, VERSION).finally(() => db.close())
  }
  return { ready: `ready http://${settings.bind}:${api.port}`, stop: () => api.close() }
})
