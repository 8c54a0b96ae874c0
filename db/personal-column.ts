// How does a column hold what is personal? Encrypted, and found again by a keyed hash. Whoever holds the keys hands them in once.
import { customType } from 'drizzle-orm/pg-core'

/** Encrypts and finds what is personal. Synchronous: a driver maps values as it builds a statement. */
export interface PersonalCipher {
  /** `column` is bound to the ciphertext: what stands in one column does not open in another. */
  seal: (column: string, plain: string) => string
  /** As `seal`, but the same for the same text, so that it can be compared where it stands. */
  sealAlike: (column: string, plain: string) => string
  /** Throws when the text was not sealed for this column with a key at hand. */
  open: (column: string, sealed: string) => string
  /** The same for the same text however it is written; nothing can be read from it without the key. */
  search: (column: string, plain: string) => string
}

/** What every sealed text begins with; anything else was written before there were keys. */
export const SEALED = 'pd1.'

let held: PersonalCipher | null = null

/** Gives this process the keys to the personal columns. Without them those columns can be neither read nor written. */
export function holdPersonalCipher(cipher: PersonalCipher): void {
  held = cipher
}

function cipher(column: string): PersonalCipher {
  if (!held) throw new Error(`${column} is personal, and this process has no keys to it`)
  return held
}

/** A text that is encrypted in the table and plain in the program. It cannot be compared in SQL: find it by its `searchText`. */
export const personalText = (column: string) =>
  customType<{ data: string; driverData: string }>({
    dataType: () => 'text',
    toDriver: (plain) => cipher(column).seal(column, plain),
    fromDriver: (kept) => (kept.startsWith(SEALED) ? cipher(column).open(column, kept) : kept),
  })

/**
 * As `personalText`, for a text that must be found and be there once: equal texts are sealed alike, so `eq(account.email, address)` and
 * a unique index hold. That two rows have the same text can then be seen, as with a keyed hash beside it; the text cannot.
 */
export const findableText = (column: string) =>
  customType<{ data: string; driverData: string }>({
    dataType: () => 'text',
    toDriver: (plain) => cipher(column).sealAlike(column, plain),
    fromDriver: (kept) => (kept.startsWith(SEALED) ? cipher(column).open(column, kept) : kept),
  })

/**
 * The keyed hash by which a personal text is found. Written and compared with the plain text: `eq(account.emailKey, 'a@b.example')`.
 * What is read from it is the hash.
 */
export const searchText = (column: string) =>
  customType<{ data: string; driverData: string }>({
    dataType: () => 'text',
    toDriver: (plain) => cipher(column).search(column, plain),
    fromDriver: (kept) => kept,
  })
