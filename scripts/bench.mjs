// Measures this machine's intake of bids and its opening of them, as ratios: npm run bench [-- intake|opening] [-- options]

import { launch } from './launch.mjs'

await launch('../bench/main.ts')
