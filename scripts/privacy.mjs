// Looks after personal data: npm run privacy -- inventory | retention [--dry-run] | rotate

import { launch } from './launch.mjs'

await launch('privacy.ts')
