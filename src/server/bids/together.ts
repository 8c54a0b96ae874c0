// How does work that comes at the same moment share a trip to the database?

/**
 * Gathers what is asked while earlier work is under way: at most `atOnce` batches at a time, of at most `most` each, in the order
 * asked. Who comes alone is served at once and waits for nobody. `work` answers for each, in the same order; when it throws, it
 * throws for all of its batch.
 */
export function together<Ask, Answer>(
  work: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  { most, atOnce }: { most: number; atOnce: number },
): (ask: Ask) => Promise<Answer> {
  type Waiting = { ask: Ask; resolve: (answer: Answer) => void; reject: (reason: unknown) => void }
  const waiting: Waiting[] = []
  let underWay = 0

  async function serveNext(): Promise<void> {
    const batch = waiting.splice(0, most)
    underWay++
    try {
      const answers = await work(batch.map(({ ask }) => ask))
      if (answers.length !== batch.length) throw new Error(`${answers.length} answers for ${batch.length} asked`)
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as Answer)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    } finally {
      underWay--
      if (waiting.length > 0) void serveNext()
    }
  }

  return (ask) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ ask, resolve, reject })
      if (underWay < atOnce) void serveNext()
    })
}
