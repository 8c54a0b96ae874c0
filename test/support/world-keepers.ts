// Who holds the keys in a test's world? The signer behind a real socket, and custodians whose keys the test itself has.
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import { call } from '../../src/api/client.ts'
import { clearCustodian, enrolCustodian, offerPrekeys, releaseShares } from '../../src/api/custodians.ts'
import { contributeToDraw } from '../../src/api/evaluators.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { vouchFor } from '../../src/domain/record/recovery.ts'
import { signClearing } from '../../src/keepers/share-clearing.ts'
import { sharesFor, signRelease } from '../../src/keepers/share-release.ts'
import { openSigner } from '../../src/keepers/signer-core.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64, b64u, fromUtf8, utf8 } from '../../src/proof/bytes.ts'
import type { Json, JsonObject } from '../../src/proof/canonical.ts'
import { sealContribution } from '../../src/proof/contribution.ts'
import { readJws, type Signer, signJws } from '../../src/proof/jws.ts'
import { type Keyset, keysetId } from '../../src/proof/keyset.ts'
import { type PublicJwk, thumbprint } from '../../src/proof/primitives.ts'
import { randomScalar, scalarSigner } from '../../src/server/keys.ts'

/** The signer's own core behind a Unix socket in this process: the same answers as the program, without its start. */
export async function listenAsSigner(dir: string, socket: string, origin: string): Promise<() => Promise<void>> {
  mkdirSync(dirname(socket), { recursive: true })
  const core = openSigner(P, dir, origin)
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    if (req.url === '/vkey') res.end(`${core.vkey}\n`)
    else if (req.url === '/state') {
      const { origin: of, size, root } = core.tree()
      res.end(JSON.stringify({ origin: of, size, root: b64(root) }))
    } else {
      const { status, body } = await core.sign(Buffer.concat(chunks))
      res.writeHead(status).end(body)
    }
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}

/** A custodian without a process. It releases whatever it is told to: that it must not is tested with the real ones. */
export class TestCustodian {
  readonly id: string
  signer: Signer & { jwk: PublicJwk }
  readonly #scalars = new Map<string, Uint8Array>()

  constructor(id: string) {
    this.id = id
    this.signer = scalarSigner(P, randomScalar(P))
  }

  /** The signed statement for its enrolment. */
  identity(): Promise<string> {
    const { jwk } = this.signer
    const from = secondsZ(Date.now())
    return signJws(P, this.signer, {
      typ: 'custodian.identity/1',
      id: this.id,
      org: this.id,
      jwk,
      from,
      replaces: null,
    })
  }

  async enrol(url: string, operatorToken: string): Promise<void> {
    const done = await call(url, enrolCustodian, { token: operatorToken, body: { jws: await this.identity() } })
    if (!done.ok) throw new Error(`custodian ${this.id}: ${done.text}`)
  }

  /** The statement that `next` takes its identity key's place, signed by the present one; `change` makes it another. */
  succession(next: Signer & { jwk: PublicJwk }, change: JsonObject = {}): Promise<string> {
    const { id, signer } = this
    const from = secondsZ(Date.now())
    const said = { typ: 'custodian.identity/1', id, org: id, jwk: { ...next.jwk }, from, replaces: signer.kid }
    return signJws(P, signer, { ...said, ...change })
  }

  /** The institution's own word that `next` is to take the place of its lost key; `change` makes it another. */
  request(next: Signer & { jwk: PublicJwk }, change: JsonObject = {}): Promise<string> {
    const { id, signer } = this
    const from = secondsZ(Date.now())
    const said = { typ: 'custodian.identity/1', id, org: id, jwk: { ...next.jwk }, from, replaces: signer.kid }
    return signJws(P, next, { ...said, ...change })
  }

  /** Its word for another custodian's request. */
  vouch(request: string, change: JsonObject = {}): Promise<string> {
    return signJws(P, this.signer, { ...vouchFor(P, this.id, request), ...change } as JsonObject & { typ: string })
  }

  /** A signed offer of `n` fresh opening keys, whose private halves stay here. */
  prekeys(n: number): Promise<string> {
    const keys = Array.from({ length: n }, () => {
      const scalar = randomScalar(P)
      const jwk = P.p256PublicKey(scalar)
      const kid = thumbprint(P, jwk)
      this.#scalars.set(kid, scalar)
      return { kid, jwk }
    })
    return signJws(P, this.signer, { typ: 'custodian.prekeys/1', custodian: this.id, keys })
  }

  async offer(url: string, n: number): Promise<void> {
    const done = await call(url, offerPrekeys, { params: { id: this.id }, body: { jws: await this.prekeys(n) } })
    if (!done.ok) throw new Error(`opening keys of ${this.id}: ${done.text}`)
  }

  /** The private half of its opening key in a keyset. */
  scalarIn(keyset: Keyset): { x: number; scalar: Uint8Array } {
    const own = keyset.custodians.find((c) => c.id === this.id)
    const scalar = own && this.#scalars.get(own.kid)
    if (!own || !scalar) throw new Error(`${this.id} has no key in this keyset`)
    return { x: own.x, scalar }
  }

  /** The release of its shares of the listed envelopes, which must be under the published checkpoint. */
  async release(url: string, keyset: Keyset, ks: string, listPayload: string): Promise<string> {
    const { eids } = JSON.parse(listPayload) as { eids: string[] }
    const source = httpLogSource(`${url}/log`)
    const own = this.scalarIn(keyset)
    const found = await sharesFor(P, source, keyset, eids, own)
    if ('refused' in found) throw new Error(`${this.id}: ${JSON.stringify(found.refused)}`)
    const { note } = await gather(source, null)
    const list = b64u(P.sha256(utf8(listPayload)))
    const { id, signer } = this
    const identity = { id, signer, jwk: signer.jwk, kid: signer.kid, jws: '', past: [] }
    return signRelease(P, identity, {
      ks,
      x: own.x,
      list,
      note: note ?? '',
      shares: found.shares,
    })
  }

  /** Seals a contribution to the draw of evaluators and hands it in. */
  async contribute(url: string, no: string, keyset: Keyset) {
    const { bytes, eid } = await sealContribution(P, keyset, this.signer)
    const ks = b64u(keysetId(P, keyset))
    const said = { typ: 'draw.contribution/1', tender: no, lot: '1', ks, custodian: this.id, eid }
    const body = { jws: await signJws(P, this.signer, said), envelope: fromUtf8(bytes) }
    return call(url, contributeToDraw, { params: { no }, body })
  }

  /** Proves what it was sent in these envelopes, and hands the proof in. */
  async clear(
    url: string,
    no: string,
    keyset: Keyset,
    eids: readonly string[],
    change: (said: JsonObject) => void = () => {},
  ) {
    const { id, signer } = this
    const identity = { id, signer, jwk: signer.jwk, kid: signer.kid, jws: '', past: [] }
    const jws = await signClearing(P, httpLogSource(`${url}/log`), identity, keyset, eids, this.scalarIn(keyset))
    if (jws === null) throw new Error(`${id}: an envelope is not served`)
    const said = readJws(jws).payload as JsonObject & { typ: string }
    change(said)
    const body = { jws: await signJws(P, signer, said) }
    return call(url, clearCustodian, { params: { no }, body })
  }

  post(url: string, no: string, jws: string) {
    return call(url, releaseShares, { params: { no }, body: { jws } as Record<string, Json> })
  }
}
