// The API as a program: answers requests and tells watchers of new log entries. `npm run serve` for operators.
import { startApi } from './api.ts'
import { runProgram } from './program.ts'

await runProgram(async (settings, url, log) => {
  const api = await startApi(settings, url, log)
  return { ready: `ready http://${settings.bind}:${api.port}`, stop: () => api.close() }
})
