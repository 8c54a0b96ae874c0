// With which OpenID Connect providers can one sign in, and who does one of them say is there?
import { readFileSync } from 'node:fs'
import * as oidc from 'openid-client'
import { z } from 'zod'
import { ConfigError } from '../config.ts'
import { refuse } from '../problem.ts'

const ROW = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  ko: z.string().min(1).max(60),
  en: z.string().min(1).max(60),
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** Link a person to the account with the same e-mail address, when the provider and we have both verified it. */
  linkByEmail: z.boolean().default(false),
})

export type ProviderSetting = z.output<typeof ROW>
/** What is asked of a provider, and must come back with its answer. */
export type Flow = { state: string; nonce: string; verifier: string }
export type Person = { subject: string; verifiedEmail: string | null }
export type Provider = ProviderSetting & {
  /** Where to send the browser. */
  begin: (redirect: string, flow: Flow) => Promise<string>
  /** Who came back; refuses with `provider-refused` or `provider-down`. `query` begins with `?`. */
  finish: (redirect: string, query: string, flow: Flow) => Promise<Person>
}

const TIMEOUT_SECONDS = 10
/** A provider's addresses and keys are asked for anew after so long. */
const FRESH_MS = 3_600_000

const isLoopback = (issuer: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(issuer).hostname)

function provider(setting: ProviderSetting): Provider {
  const { issuer, clientId, clientSecret } = setting
  let found: { at: number; config: Promise<oidc.Configuration> } | null = null
  const discovered = (): Promise<oidc.Configuration> => {
    if (found && performance.now() - found.at < FRESH_MS) return found.config
    const config = oidc.discovery(new URL(issuer), clientId, undefined, oidc.ClientSecretBasic(clientSecret), {
      timeout: TIMEOUT_SECONDS,
      // Only tests and trials have a provider on this machine without TLS; any other is refused when the settings are read.
      execute: isLoopback(issuer) ? [oidc.allowInsecureRequests] : [],
    })
    found = { at: performance.now(), config }
    // What failed is tried again by whoever comes next.
    config.catch(() => {
      found = null
    })
    return config
  }
  return {
    ...setting,
    begin: async (redirect, { state, nonce, verifier }) => {
      const config = await discovered().catch(() => refuse('provider-down'))
      return oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        scope: 'openid email',
        response_type: 'code',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      }).href
    },
    finish: async (redirect, query, { state, nonce, verifier }) => {
      const config = await discovered().catch(() => refuse('provider-down'))
      const tokens = await oidc
        .authorizationCodeGrant(config, new URL(`${redirect}${query}`), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        })
        .catch((err: unknown) => {
          const { name = '', message = '', cause } = err as Error & { cause?: { status?: number } }
          const unreachable =
            /fetch failed|TimeoutError|aborted/.test(`${name} ${message}`) || Number(cause?.status) >= 500
          return refuse(unreachable ? 'provider-down' : 'provider-refused')
        })
      const claims = tokens.claims()
      if (!claims) refuse('provider-refused')
      const email = claims.email_verified === true && typeof claims.email === 'string' ? claims.email : null
      return { subject: claims.sub, verifiedEmail: email }
    },
  }
}

/** Fresh values that tie an answer to its question. */
export const newFlow = (): Flow => ({
  state: oidc.randomState(),
  nonce: oidc.randomNonce(),
  verifier: oidc.randomPKCECodeVerifier(),
})

/** The providers of a file. Throws ConfigError with everything that is wrong with it. */
export function readProviders(file: string | null): Provider[] {
  if (file === null) return []
  const read = (): unknown => {
    try {
      return JSON.parse(readFileSync(file, 'utf8'))
    } catch (err) {
      throw new ConfigError([`MADANG_OIDC: ${file} cannot be read as JSON: ${(err as Error).message}`])
    }
  }
  const parsed = z.array(ROW).safeParse(read())
  // The words of the issue, never the value: it may be a secret.
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => `MADANG_OIDC: ${issue.path.join('.')}: ${issue.message}`))
  const names = parsed.data.map((row) => row.name)
  const problems = parsed.data
    .filter((row) => !row.issuer.startsWith('https:') && !isLoopback(row.issuer))
    .map((row) => `MADANG_OIDC: ${row.name}: an issuer has an https address`)
  if (new Set(names).size < names.length) problems.push('MADANG_OIDC: two providers have the same name')
  if (problems.length > 0) throw new ConfigError(problems)
  return parsed.data.map(provider)
}
