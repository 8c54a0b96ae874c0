// Looks after the log: npm run log -- compare | rebuild | files DIR

import { launch } from './launch.mjs'

await launch('log.ts')
