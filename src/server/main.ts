// The API as a program: answers requests and tells watchers of new log entries. `npm run serve` for operators.
import { startApi } from './api.ts'
import { publishRelease } from './first-start.ts'
import { runProgram } from './program.ts'
import { VERSION } from './version.ts'
import { readWeb } from './web-files.ts'

await runProgram(async (settings, url, log) => {
  const api = await startApi(settings, url, log)
  const web = readWeb()
  if (web) await publishRelease(api.deps, web, VERSION)
  return { ready: `ready http://${settings.bind}:${api.port}`, stop: () => api.close() }
})
