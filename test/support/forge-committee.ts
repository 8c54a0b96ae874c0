// A committee drawn by lot, in the log of the forge: pool, contributions, tickets, calls, declarations, and who sat.
import { drawStratum, nextCalls, seatsOf, type Vacancy } from '../../src/domain/evaluators/committee-draw.ts'
import type { Opening } from '../../src/domain/evaluators/field-decision.ts'
import { memberId, type PoolRule } from '../../src/domain/evaluators/pool.ts'
import { committeePurpose } from '../../src/domain/evaluators/purpose.ts'
import { fieldDecision } from '../../src/domain/organisations/register-acts.ts'
import { sortedEids } from '../../src/domain/record/opening.ts'
import { declaration, signedHash } from '../../src/domain/tenders/signed-acts.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, utf8 } from '../../src/proof/bytes.ts'
import { canonical, type Json } from '../../src/proof/canonical.ts'
import { checkContribution, sealContribution } from '../../src/proof/contribution.ts'
import { signJws } from '../../src/proof/jws.ts'
import { type Keyset, keysetId, readKeyset } from '../../src/proof/keyset.ts'
import { commitment, sealedLeaf } from '../../src/proof/leaf.ts'
import { decryptShare, openEnvelope } from '../../src/proof/seal.ts'
import { AGENCY, CUSTODIANS, type Forge, keyOf, TENDER } from './forge.ts'

export interface Drawing {
  rule: PoolRule
  /** People of each field. */
  people: number
  /** Seats whose first holder declares a conflict, and so is replaced by the next ticket. */
  conflicts?: string[]
}

export class CommitteeForge {
  readonly rule: PoolRule
  readonly seats: string[]
  readonly people: string[]
  /** Who sits where, by account. */
  readonly holders = new Map<string, string>()
  private readonly forge: Forge
  private readonly drawing: Drawing
  private readonly ids = new Map<string, { person: string; salt: Uint8Array }>()
  /** What each of them signed about conflicts of interest. */
  readonly declarations = new Map<string, string>()
  /** What opens the sealed entry by which the operator confirmed each person. */
  readonly confirmed = new Map<string, Opening>()
  private pool: { field: string; ids: string[] }[] = []
  private keyset: Keyset | null = null
  private readonly envelopes = new Map<string, { bytes: Uint8Array; custodian: string }>()

  constructor(forge: Forge, drawing: Drawing) {
    this.forge = forge
    this.drawing = drawing
    this.rule = drawing.rule
    this.seats = seatsOf(drawing.rule).map((s) => s.evaluator)
    this.people = drawing.rule.strata.flatMap(({ field }) =>
      Array.from({ length: drawing.people }, (_, i) => `${field}-${i + 1}`),
    )
  }

  /** The operator confirms somebody's field, or says something else of it, in a sealed entry. Of two operators one has a key. */
  async decides(person: string, verdict: 'confirmed' | 'refused' = 'confirmed'): Promise<void> {
    const [field = ''] = person.split('-')
    const signs = field === 'software'
    const said = fieldDecision(person, field, verdict, signs ? 'operator-1' : 'operator-9')
    const text = signs ? await signJws(P, keyOf('operator-1').signer, said) : canonical(said)
    const salt = P.sha256(utf8(`salt of the confirmation of ${person}`))
    this.confirmed.set(person, { index: this.forge.entries.length, salt: b64u(salt), text })
    this.forge.entries.push(sealedLeaf(commitment(P, salt, text)))
  }

  /** Everybody of the pool, opened as for an auditor. */
  opened(): { field: string; id: string; account: string; salt: string; confirmed: Opening | null }[] {
    return this.pool.flatMap(({ field, ids }) =>
      ids.map((id) => {
        const { person, salt } = this.ids.get(id)!
        return { field, id, account: person, salt: b64u(salt), confirmed: this.confirmed.get(person) ?? null }
      }),
    )
  }

  /** With the notice: the keyset of the draw, the pool, and what each custodian seals before the close. */
  async committed(): Promise<void> {
    const { forge } = this
    const logged = await forge.logSigned('keyset/1', keyOf('officer'), AGENCY, forge.keysetOf('draw', TENDER, 'spare'))
    for (const person of this.people) await this.decides(person)
    this.keyset = readKeyset(P, JSON.parse(canonical(logged as unknown as Json)) as Json)
    const strata = this.rule.strata.map(({ field }) => ({
      field,
      ids: this.people
        .filter((person) => person.startsWith(`${field}-`))
        .map((person) => {
          const salt = P.sha256(utf8(`salt of ${person}`))
          const id = memberId(P, salt, person)
          this.ids.set(id, { person, salt })
          return id
        })
        .sort(),
    }))
    this.pool = forge.logPlain('pool.committed/1', '-', '-', { tender: TENDER, lot: '1', strata }).strata
    for (const id of CUSTODIANS) {
      const { bytes, eid } = await sealContribution(P, this.keyset, keyOf(id).signer)
      this.envelopes.set(eid, { bytes, custodian: id })
      forge.put(bytes)
      const ks = b64u(keysetId(P, this.keyset))
      await forge.logSigned('draw.contribution/1', keyOf(id), id, { tender: TENDER, lot: '1', ks, custodian: id, eid })
    }
  }

  /** After the close: announced, opened by the custodians, drawn, called; who has a conflict is replaced. */
  async drawn(): Promise<void> {
    const { forge } = this
    const keyset = this.keyset as Keyset
    const ks = b64u(keysetId(P, keyset))
    const eids = sortedEids(this.envelopes.keys())
    for (const { field, ids } of this.pool) {
      const purpose = committeePurpose(TENDER, '1', field)
      forge.logPlain('draw.notice/1', '-', '-', {
        tender: TENDER,
        lot: '1',
        purpose,
        ids,
        drawAt: '2026-03-10T05:00:00Z',
      })
    }
    const listed = forge.logPlain('opening.list/1', AGENCY, '-', {
      tender: TENDER,
      lot: '1',
      kind: 'draw',
      ks,
      eids,
    } as never) as {
      eids: string[]
    }
    const list = b64u(P.sha256(forge.payloadAt(forge.entries.length - 1)))
    const shares = new Map<string, { x: number; y: Uint8Array }[]>()
    for (const [i, id] of CUSTODIANS.entries()) {
      const own: { eid: string; y: string }[] = []
      for (const eid of listed.eids) {
        const bytes = this.envelopes.get(eid)?.bytes ?? new Uint8Array(0)
        const share = await decryptShare(P, keyset, bytes, i + 1, keyOf(`${id} spare`).scalar)
        const y = 'y' in share ? share.y : new Uint8Array(32)
        own.push({ eid, y: b64u(y) })
        shares.set(eid, [...(shares.get(eid) ?? []), { x: i + 1, y }])
      }
      const checkpoint = b64u(P.sha256(utf8(`note at ${forge.entries.length}`)))
      await forge.logSigned('release/1', keyOf(id), id, { ks, x: i + 1, list, checkpoint, shares: own })
    }
    const contributions: { eid: string; rnd: string }[] = []
    for (const eid of eids) {
      const { bytes, custodian } = this.envelopes.get(eid)!
      const opened = await openEnvelope(P, keyset, bytes, shares.get(eid) ?? [])
      const checked = opened.state === 'valid' ? await checkContribution(P, opened.jws, keyOf(custodian).jwk) : null
      if (checked?.ok) contributions.push({ eid, rnd: checked.r })
    }
    const order = new Map<string, string[]>()
    for (const { field, ids } of this.pool) {
      const draw = { root: forge.root(), contributions, tender: TENDER, lot: '1' }
      const made = drawStratum(P, draw, field, ids)
      const result = { tender: TENDER, lot: '1', ...made, closing: forge.closing, ranking: null }
      const logged = forge.logPlain('draw.result/1', '-', '-', result)
      order.set(
        field,
        logged.tickets.map((t) => t.id),
      )
    }
    const conflicts = new Set(this.drawing.conflicts)
    const used = new Set<string>()
    let vacancies: Vacancy[] = seatsOf(this.rule).map((s) => ({ ...s, replaces: null, because: 'drawn' }))
    while (vacancies.length > 0) {
      const due = nextCalls(order, used, vacancies, () => null)
      const { calls, passed } = forge.logPlain('committee.called/1', '-', '-', { tender: TENDER, lot: '1', ...due })
      for (const { id } of [...calls, ...passed]) used.add(id)
      vacancies = []
      for (const call of calls) {
        const conflict = conflicts.delete(call.evaluator)
        const { evaluator, field, id } = call
        const person = this.ids.get(id)?.person ?? ''
        const said = { conflict, grounds: conflict ? 'family' : null, statement: '' }
        const signed = declaration(TENDER, { evaluator, number: id }, said)
        const jws = await forge.inside('declaration/1', keyOf(person), signed)
        const h = signedHash(P, jws)
        forge.logPlain('committee.declared/1', '-', '-', { tender: TENDER, lot: '1', evaluator, id, conflict, h })
        this.holders.set(evaluator, person)
        this.declarations.set(evaluator, jws)
        if (conflict) vacancies.push({ evaluator, field, replaces: id, because: 'conflict' })
      }
    }
  }

  /** With the lock: who sat. */
  named(): void {
    const seats = [...this.holders].map(([evaluator, person]) => {
      const [id, { salt }] = [...this.ids].find(([, one]) => one.person === person)!
      const declared = this.declarations.get(evaluator)!
      return { evaluator, id, salt: b64u(salt), person, confirmed: { ...this.confirmed.get(person)! }, declared }
    })
    this.forge.logPlain('committee.named/1', '-', '-', { tender: TENDER, lot: '1', seats })
  }
}
