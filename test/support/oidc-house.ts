// A real OpenID Connect provider in the test's process, at which whoever comes is the person that the test says.
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import Provider from 'oidc-provider'
import { afterAll } from 'vitest'
import { tempDir } from './processes.ts'

const CLIENT = 'madang'
const SECRET = 'a secret of this test alone'

export type OidcHouse = {
  issuer: string
  /** File for MADANG_OIDC. */
  file: string
  /** Who signs in next. */
  person: { sub: string; email: string; verified: boolean }
  /** Begins to serve, once it is known where people are to be sent back to. */
  open: (redirect: string) => void
  /** Answers 503 from now on, as a provider that is down. */
  close: () => void
  /** Goes the way of a browser from an address of the provider to the address of ours; answers its query. */
  walk: (url: string) => Promise<string>
}

/** To be called at the top level of a test file. `linkByEmail` as in the settings. */
export async function oidcHouse({
  linkByEmail = false,
  name = 'gaon',
  beside,
}: {
  linkByEmail?: boolean
  name?: string
  /** Its row stands in the file, too. */
  beside?: OidcHouse
} = {}): Promise<OidcHouse> {
  let answer: ReturnType<Provider['callback']> | null = null
  const http: Server = createServer((req, res) => {
    if (answer) void answer(req, res)
    else res.writeHead(503).end()
  })
  await new Promise<void>((resolve) => http.listen(0, 'localhost', resolve))
  const address = http.address()
  const issuer = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`
  afterAll(async () => {
    http.closeAllConnections()
    await new Promise<void>((resolve) => http.close(() => resolve()))
  })
  const file = join(tempDir('oidc'), 'providers.json')
  const row = { name, ko: '가온 통합로그인', en: 'Gaon single sign-on', issuer, clientId: CLIENT, clientSecret: SECRET }
  const others = beside ? (JSON.parse(readFileSync(beside.file, 'utf8')) as object[]) : []
  writeFileSync(file, JSON.stringify([...others, { ...row, linkByEmail }]))
  const person = { sub: 'gaon-1', email: 'nobody@gaon.example', verified: true }

  const open = (redirect: string) => {
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT,
          client_secret: SECRET,
          redirect_uris: [redirect],
          token_endpoint_auth_method: 'client_secret_basic',
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      conformIdTokenClaims: false,
      cookies: { keys: ['only for this test'] },
      features: { devInteractions: { enabled: false } },
      pkce: { required: () => true },
      interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, email: person.email, email_verified: person.verified }),
      }),
      // Whoever signs in has agreed.
      loadExistingGrant: async (ctx) => {
        const grant = new ctx.oidc.provider.Grant({
          clientId: ctx.oidc.client?.clientId ?? '',
          accountId: ctx.oidc.session?.accountId ?? '',
        })
        grant.addOIDCScope('openid email')
        await grant.save()
        return grant
      },
    })
    const plain = provider.callback()
    answer = async (req, res) => {
      if (!req.url?.startsWith('/interaction/')) return plain(req, res)
      await provider.interactionFinished(req, res, { login: { accountId: person.sub, remember: false } })
    }
  }

  const walk = async (url: string): Promise<string> => {
    const jar = new Map<string, string>()
    let at = url
    for (let steps = 0; steps < 10; steps++) {
      const cookie = [...jar].map(([key, value]) => `${key}=${value}`).join('; ')
      const res = await fetch(at, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } })
      for (const set of res.headers.getSetCookie()) {
        const [pair = ''] = set.split(';')
        jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
      }
      const next = res.headers.get('location')
      if (next === null) throw new Error(`the provider answered ${res.status}: ${(await res.text()).slice(0, 300)}`)
      at = new URL(next, at).href
      if (!at.startsWith(issuer)) return new URL(at).search
    }
    throw new Error('the provider sends its visitors in circles')
  }
  const close = () => {
    answer = null
  }
  return { issuer, file, person, open, close, walk }
}
