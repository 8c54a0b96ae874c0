// Takes the pictures of the README from a demonstration of its own, in about three minutes: npm run picture [-- FOLDER]

import { launch } from './launch.mjs'

await launch('picture.ts')
