// Lets the first operator in: npm run operator -- E-MAIL NAME

import { launch } from './launch.mjs'

await launch('operator.ts')
