// Lets the first operator in: npm run operator -- E-MAIL NAME

import { join } from 'node:path'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { findDatabase } from '../src/server/cluster.ts'
import { config } from '../src/server/config.ts'
import { openDatabase } from '../src/server/db.ts'
import { migrate } from '../src/server/first-start.ts'
import { ownPages } from '../src/server/mail/post-mail.ts'
import { firstOperator, LINK_HOURS } from '../src/server/organisations/first-operator.ts'
import { holdPersonalKeys } from '../src/server/privacy/personal-keys.ts'

const [email = '', ...words] = process.argv.slice(2)
const name = words.join(' ')
const WHY = {
  there: 'There is an operator already. Operators are invited by two persons, on the page of people and roles.',
  address: 'That is no e-mail address, it has an account already, or the first operator was made with another one.',
  name: 'That is no name.',
}
if (email === '' || name === '') {
  process.stderr.write('npm run operator -- E-MAIL NAME\n')
  process.exit(2)
}
const settings = config()
const { url } = await findDatabase({
  databaseUrl: settings.databaseUrl,
  dataDir: join(settings.dataDir, 'postgres'),
  say: () => {},
})
await migrate(url)
const db = openDatabase({ url, max: 2 })
try {
  await holdPersonalKeys(settings.dataDir)
  const made = await firstOperator(P, db, { email, name })
  if ('refused' in made) {
    process.stderr.write(`${WHY[made.refused]}\n`)
    process.exitCode = 1
  } else {
    process.stdout.write(
      `${made.account} is the first operator. This link chooses the password, once, within ${LINK_HOURS} hours:\n${ownPages(settings)}/reset-password#${made.token}\n`,
    )
  }
} finally {
  await db.close()
}
