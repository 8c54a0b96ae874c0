// Which version of the code computed this?
import { readFileSync } from 'node:fs'

/** The version of package.json, written into every computed result. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version
