// Whose is a live connection, and when is it cut? One that says who it is ends with its session, or when its owner's roles change.
import { and, eq, gt, inArray, isNull } from 'drizzle-orm'
import type { Server, Socket } from 'socket.io'
import { account, organisation } from '../../../db/schema/people.ts'
import { signIn } from '../../../db/schema/sign-in.ts'
import type { Config } from '../config.ts'
import type { Database, Work } from '../db.ts'
import type { ServerKeys } from '../keys.ts'
import { type Claim, callerOf, rolesNow } from './caller.ts'
import { SESSIONS_CHANNEL } from './session-store.ts'
import { verifyAccessToken } from './tokens.ts'

export type LiveSessions = { db: Database; keys: ServerKeys; config: Pick<Config, 'origin'> }

/** A notice can be lost with its connection: sessions are looked at so often in any case. */
const LOOK_MS = 2000

type Held = Claim & { holds: string }
/** What a person may be: how the organisation stands, the own roles and those lent at this moment. */
const holding = (standing: string, roles: readonly string[]): string => [standing, ...[...roles].sort()].join(' ')

async function stillThere({ tx, now }: Work, families: string[]): Promise<Map<string, string>> {
  const rows = await tx
    .select({ id: signIn.id, roles: rolesNow, standing: organisation.standing })
    .from(signIn)
    .innerJoin(account, eq(account.id, signIn.account))
    .innerJoin(organisation, eq(organisation.id, account.org))
    .where(and(inArray(signIn.id, families), isNull(signIn.endedAt), gt(signIn.expiresAt, now.date)))
  return new Map(rows.map(({ id, roles, standing }) => [id, holding(standing, roles)]))
}

/**
 * Lets a connection say whose it is (`auth: { token }`); a wrong token gets none. What is public is sent to everybody alike: being
 * somebody only adds that the connection is told `session-over` and cut, within a moment of the commit that ended the session, and
 * within seconds even if the notice of it is lost.
 */
export function attendSessions(
  io: Server,
  { db, keys, config }: LiveSessions,
  onProblem: (err: Error) => void,
): () => Promise<void> {
  const held = new Map<Socket, Held>()

  io.use((socket, next) => {
    const { token } = socket.handshake.auth as { token?: unknown }
    if (token === undefined) return next()
    const admit = async () => {
      const claim = await verifyAccessToken({ keys, config }, `Bearer ${String(token)}`)
      const caller = await db.publicRead((work) => callerOf(work, claim))
      if (!claim || !caller) throw new Error('nobody')
      held.set(socket, { ...claim, holds: holding(caller.standing ?? 'verified', caller.roles) })
      socket.once('disconnect', () => held.delete(socket))
    }
    admit().then(
      () => next(),
      () => next(new Error('bad-token')),
    )
  })

  const cut = (which: (one: Held) => boolean) => {
    for (const [socket, one] of held) {
      if (!which(one)) continue
      held.delete(socket)
      socket.emit('session-over')
      socket.disconnect(true)
    }
  }

  const look = async () => {
    if (held.size === 0) return
    const families = [...new Set([...held.values()].map((one) => one.family))]
    const there = await db.publicRead((work) => stillThere(work, families))
    cut((one) => there.get(one.family) !== one.holds)
  }

  const timer = setInterval(() => look().catch(onProblem), LOOK_MS)
  timer.unref()
  const listening = db
    .listen(SESSIONS_CHANNEL, (said) => {
      // A session's id is the whole news; anything else, or a connection made anew, is a reason to look.
      if (said !== null && !said.includes(' ')) cut((one) => one.family === said)
      else void look().catch(onProblem)
    })
    .catch((err: Error) => onProblem(err))
  return async () => {
    clearInterval(timer)
    const stop = await listening
    if (typeof stop === 'function') await stop()
  }
}
