// How is a secret shut with a passphrase that a person remembers? As an armored age file: others' programs open it, too.
import { armor, Decrypter, Encrypter } from 'age-encryption'

/** 2¹⁶ rounds of scrypt: a second and 64 MiB on a phone. Programs of others take up to 2²². */
const WORK_FACTOR = 16
/** Files of others that would hold a browser up for minutes are not opened. */
const MOST_WORK = 20

/** Shuts a text with a passphrase (age-encryption.org/v1, scrypt recipient, armored). */
export async function lockText(text: string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  encrypter.setScryptWorkFactor(WORK_FACTOR)
  return armor.encode(await encrypter.encrypt(text))
}

/** The rounds that an armored file asks for, as a power of two; null where it is no file for a passphrase. */
export function workOf(armored: string): number | null {
  try {
    const head = new TextDecoder('latin1').decode(armor.decode(armored).subarray(0, 200))
    const work = /^age-encryption\.org\/v1\n-> scrypt \S+ (\d{1,2})\n/.exec(head)?.[1]
    return work === undefined ? null : Number(work)
  } catch {
    // Whatever the library says against it: it is no armored file.
    return null
  }
}

/** What was shut; null when the passphrase is another, or the file is none of these. */
export async function openText(armored: string, passphrase: string): Promise<string | null> {
  const work = workOf(armored)
  if (work === null || work > MOST_WORK) return null
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  try {
    return await decrypter.decrypt(armor.decode(armored), 'text')
  } catch {
    // Another passphrase and a damaged file fail alike.
    return null
  }
}
