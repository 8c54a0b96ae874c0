// Can this browser make and show passkeys on this page, and how is that asked of it?
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'

/** Browsers bind a passkey to a name, never to a bare address, and only on pages that came safely. */
export const passkeysPossible = (): boolean =>
  typeof PublicKeyCredential === 'function' && window.isSecureContext && !/^[\d.]+$|:/.test(location.hostname)

/** What the user did, or the browser said: 'cancelled' covers closing its window and letting it time out. */
export type Shown<T> = { ok: true; answer: T } | { ok: false; why: 'cancelled' | 'there' | 'broke' }

async function asked<T>(work: () => Promise<T>): Promise<Shown<T>> {
  try {
    return { ok: true, answer: await work() }
  } catch (err) {
    const name = (err as Error).name
    if (name === 'InvalidStateError') return { ok: false, why: 'there' }
    return { ok: false, why: name === 'NotAllowedError' || name === 'AbortError' ? 'cancelled' : 'broke' }
  }
}

export const showPasskey = (options: Record<string, unknown>) =>
  asked(async () => {
    const { startAuthentication } = await import('@simplewebauthn/browser')
    return startAuthentication({ optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON })
  })

export const makePasskey = (options: Record<string, unknown>) =>
  asked(async () => {
    const { startRegistration } = await import('@simplewebauthn/browser')
    return startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON })
  })
