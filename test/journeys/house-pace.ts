// How fast does a house of the journeys go? Fast enough to be waited for, slow enough for a busy machine.
import type { HouseOptions } from '../../scripts/house.ts'

export const FAST: Partial<HouseOptions> = { demo: true, accelerator: 60, tickMs: 150, pollMs: 200 }
