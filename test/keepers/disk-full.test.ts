// Does a keeper whose disk is full say no, keep what it has, and go on when there is room?
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { smallDisk } from '../support/small-disk.ts'
import { overSocket, startKeeper } from './keeper-process.ts'
import { ORIGIN, signBody, treeOf } from './signer-requests.ts'

const disk = smallDisk(256)
const tree = treeOf('honest', 20)

test.skipIf(disk === null)('the signer signs nothing that it could not write down first', async () => {
  if (disk === null) return
  const dir = join(disk.dir, 'signer')
  const socket = join(disk.dir, 's.sock')
  const signer = startKeeper('signer', ['--dir', dir, '--socket', socket, '--origin', ORIGIN])
  await signer.line('ready ')
  const ask = (from: number, to: number) => overSocket(socket, 'POST', '/sign', signBody(tree, from, to))
  expect((await ask(0, 7)).status).toBe(200)
  disk.fill()
  const before = readFileSync(join(dir, 'state.json'))
  const refused = await ask(7, 12)
  expect(refused).toMatchObject({ status: 503, body: 'could not sign\n' })
  await expect.poll(() => signer.errors()).toContain('ENOSPC')
  expect(readFileSync(join(dir, 'state.json')).equals(before)).toBe(true)
  disk.grow(1024)
  expect((await ask(7, 12)).status).toBe(200)
  // Control: what it wrote then is what it holds to.
  expect(await ask(7, 12)).toMatchObject({ status: 409, body: '12\n' })
  await signer.kill('SIGTERM')
})
