// For whom are the files of an envelope sealed?
import { x25519 } from '@noble/curves/ed25519.js'
import { bech32 } from '@scure/base'

/** The public half of an age identity's 32 bytes: `age1…`, 62 characters. Nothing can be opened with it. */
export const ageRecipientOf = (identity: Uint8Array): string =>
  bech32.encode('age', bech32.toWords(x25519.getPublicKey(identity)))
