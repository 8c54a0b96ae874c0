// Who waits for whom when many are told something and somebody comes who goes first?
import { describe, expect, test } from 'vitest'
import { rightOfWay } from '../../src/server/right-of-way.ts'

/** Far longer than anything here takes, and far shorter than a test may. */
const LONG = 60_000

describe('giving way', () => {
  test('waits for nobody where nobody goes first', async () => {
    expect(await rightOfWay().giveWay(LONG)).toBe(0)
  })

  test('goes on when the last of those who go first is through, and not before', async () => {
    const way = rightOfWay()
    const [one, other] = [way.enter(), way.enter()]
    let on = false
    const waiting = way.giveWay(LONG).then((ms) => {
      on = true
      return ms
    })
    one()
    // Said twice, it counts once: the other is still there.
    one()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(on).toBe(false)
    other()
    expect(await waiting).toBeGreaterThan(0)
    expect(await way.giveWay(LONG)).toBe(0)
  })

  test('ends when patience does, however many still go first', async () => {
    const way = rightOfWay()
    way.enter()
    expect(await way.giveWay(20)).toBeGreaterThan(15)
    expect(await way.giveWay(0)).toBe(0)
  })
})
