// Makes the compact list of leaked passwords: npx tsx scripts/make-leaked-passwords.ts LIST.txt (one password a line, UTF-8).
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LEAST } from '../src/domain/people/password.ts'
import { FINGERPRINT_BYTES, fingerprint } from '../src/server/people/leaked-passwords.ts'

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('which list? npx tsx scripts/make-leaked-passwords.ts LIST.txt')
// What is too short is refused for that alone.
const long = readFileSync(file, 'utf8')
  .split(/\r?\n/)
  .filter((line) => [...line.normalize('NFC')].length >= LEAST)
const prints = [...new Set(long.map((line) => Buffer.from(fingerprint(line)).toString('hex')))].sort()
const out = fileURLToPath(new URL('../src/server/people/leaked-passwords.bin', import.meta.url))
writeFileSync(out, Buffer.concat(prints.map((print) => Buffer.from(print, 'hex'))))
process.stdout.write(`${prints.length} fingerprints of ${FINGERPRINT_BYTES} bytes in ${out}\n`)
