// What does a person sign for an act about people and organisations? The register's entry itself, as it stands in the log afterwards.
import type { JsonObject } from '../../proof/canonical.ts'

type Payload = JsonObject & { typ: string }

/** Both persons of a decision; `approvedBy` is null where one may act alone, since nobody gets anything by it. */
export type Deciders = { proposedBy: string; approvedBy: string | null }
/** The first person's own signed word: a JWS of one of the proposals below. Absent where that person had no key. */
type Asked = { proposal?: string | undefined }

const asked = ({ proposal }: Asked): { proposal?: string } => (proposal === undefined ? {} : { proposal })

/** `role.changed/1`: which roles somebody has from this entry on. The account's number is random and says nothing of the person. */
export const rolesNow = (
  who: { account: string; roles: readonly string[] },
  by: Deciders & Asked & { invitation?: string },
): Payload => ({
  typ: 'role.changed/1',
  account: who.account,
  roles: [...who.roles],
  proposedBy: by.proposedBy,
  approvedBy: by.approvedBy,
  ...(by.invitation !== undefined && { invitation: by.invitation }),
  ...asked(by),
})

/** `role.delegated/1`: a role lent from one time to another; again with an earlier end, it is that loan cut short. Times as in the first entry. */
export const lent = (
  loan: { from: string; to: string; role: string; startsAt: string; endsAt: string },
  by: Deciders & Asked,
): Payload => ({
  typ: 'role.delegated/1',
  from: loan.from,
  to: loan.to,
  role: loan.role,
  startsAt: loan.startsAt,
  endsAt: loan.endsAt,
  proposedBy: by.proposedBy,
  approvedBy: by.approvedBy,
  ...asked(by),
})

/** `organisation.standing/1`: how an organisation stands with the operator from this entry on. */
export const standingNow = (
  row: { id: string; kind: string; body: string | null; name: { ko: string; en: string } },
  standing: 'verified' | 'suspended' | 'restored',
  statement: string,
): Payload => ({
  typ: 'organisation.standing/1',
  id: row.id,
  kind: row.kind,
  body: row.body,
  name: { ko: row.name.ko, en: row.name.en },
  standing,
  statement,
})

/** `people.exported/1`: that the data of so many people were exported, and who decided it. */
export const exported = (people: number, by: Deciders & Asked): Payload => ({
  typ: 'people.exported/1',
  people,
  proposedBy: by.proposedBy,
  approvedBy: by.approvedBy,
  ...asked(by),
})

/** `readings.reviewed/1`: that the record of who read personal data was looked through for a month. What was found is no public matter. */
export const lookedThrough = (month: string): Payload => ({ typ: 'readings.reviewed/1', month })

/** How the register calls an invitation until somebody has accepted it. */
export const invited = (id: string): string => `invitation-${id}`

/**
 * `role.proposal/1`: that somebody is to get further roles. It stands inside the entry that gives them. `made` keeps a proposal from
 * being used again: milliseconds, in the signer's words.
 */
export const askingRoles = (
  org: string,
  made: string,
  what: { account: string; roles: readonly string[] },
): Payload => ({
  typ: 'role.proposal/1',
  org,
  account: what.account,
  roles: [...what.roles],
  made,
})

/** `role.proposal/1` of a role to be lent. */
export const askingLoan = (
  org: string,
  made: string,
  loan: { from: string; to: string; role: string; startsAt: string; endsAt: string },
): Payload => ({
  typ: 'role.proposal/1',
  org,
  from: loan.from,
  to: loan.to,
  role: loan.role,
  startsAt: loan.startsAt,
  endsAt: loan.endsAt,
  made,
})

/** `export.proposal/1`: that the people's data are to be exported. The purpose is the organisation's own business. */
export const askingExport = (org: string, made: string): Payload => ({ typ: 'export.proposal/1', org, made })

/**
 * `organisation.fact/1`: the operator verifies a qualification, or refuses it: just this value, for just these days. It enters the log as a
 * sealed entry: grades, track records and refusals are the firm's own business, which it can show to whom it likes.
 */
export const factDecided = (
  org: string,
  fact: { id: string; kind: string; value: Readonly<Record<string, string>>; from: string; until: string | null },
  verdict: 'verified' | 'refused',
  decidedBy: string,
): Payload => ({
  typ: 'organisation.fact/1',
  org,
  fact: fact.id,
  kind: fact.kind,
  value: { ...fact.value },
  from: fact.from,
  until: fact.until,
  verdict,
  decidedBy,
})

/**
 * `organisation.returned/1`: the operator returns a registration, for just these reasons. Sealed in the log, too: who was not taken in, and
 * why, is the firm's own business, and the operator can neither deny it nor change the reasons afterwards.
 */
export const registrationReturned = (
  org: string,
  why: { reasons: readonly string[]; statement: string },
  returnedBy: string,
): Payload => ({
  typ: 'organisation.returned/1',
  org,
  reasons: [...why.reasons],
  statement: why.statement,
  returnedBy,
})

/**
 * `evaluator.field/1`: the operator confirms that somebody is of a field, or does not. It enters the log as a sealed entry, like a bid:
 * an open one would tell whom to approach before a draw.
 */
export const fieldDecision = (
  account: string,
  field: string,
  verdict: 'confirmed' | 'refused',
  decidedBy: string,
): Payload => ({ typ: 'evaluator.field/1', account, field, verdict, decidedBy })
