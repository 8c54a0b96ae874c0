// Plays a whole tender with invented people, in minutes: npm run demo [-- options]
// .env is left aside: it may name a real database.

import { launch } from './launch.mjs'

await launch('demo.ts')
