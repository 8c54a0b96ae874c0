// How does work that comes at the same moment share a trip to the database?
import { PoolBusy } from '../db.ts'

type Options<Ask> = {
  /** Asks of one batch. */
  most: number
  /** Batches of one group under way. */
  atOnce: number
  /** How long an ask waits for its turn, in milliseconds. */
  patienceMs: number
  /** Asks of different groups are never in one batch, and wait for nothing of each other. */
  groupOf: (ask: Ask) => string
}

/**
 * Gathers what is asked while earlier work of its group is under way, in the order asked. Who comes alone is served at once and
 * waits for nobody. `work` answers for each, in the same order; when it throws, it throws for all of its batch. Whose turn has not
 * come in time gets {@link PoolBusy}: nothing was begun.
 */
export function together<Ask, Answer>(
  work: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  { most, atOnce, patienceMs, groupOf }: Options<Ask>,
): (ask: Ask) => Promise<Answer> {
  type Waiting = {
    ask: Ask
    resolve: (answer: Answer) => void
    reject: (reason: unknown) => void
    patience?: NodeJS.Timeout
  }
  const groups = new Map<string, { waiting: Waiting[]; underWay: number }>()

  async function serveNext(name: string): Promise<void> {
    const group = groups.get(name)
    if (!group) return
    const batch = group.waiting.splice(0, most)
    for (const { patience } of batch) clearTimeout(patience)
    group.underWay++
    try {
      const answers = await work(batch.map(({ ask }) => ask))
      if (answers.length !== batch.length) throw new Error(`${answers.length} answers for ${batch.length} asked`)
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as Answer)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    } finally {
      group.underWay--
      if (group.waiting.length > 0) void serveNext(name)
      else if (group.underWay === 0) groups.delete(name)
    }
  }

  return (ask) =>
    new Promise<Answer>((resolve, reject) => {
      const name = groupOf(ask)
      const group = groups.get(name) ?? { waiting: [], underWay: 0 }
      groups.set(name, group)
      const mine: Waiting = { ask, resolve, reject }
      group.waiting.push(mine)
      if (group.underWay < atOnce) void serveNext(name)
      else
        mine.patience = setTimeout(() => {
          group.waiting.splice(group.waiting.indexOf(mine), 1)
          reject(new PoolBusy(`no turn within ${patienceMs} ms`))
        }, patienceMs)
    })
}
