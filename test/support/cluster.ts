// Which PostgreSQL do the tests of this run use?

import { join } from 'node:path'
import { inject } from 'vitest'
import { type Cluster, startCluster } from '../../src/server/cluster.ts'

let running: Promise<Cluster> | undefined

/** The run's one cluster. The first test file that asks starts it, the others find it; a run without databases starts none. */
export function testCluster(): Promise<Cluster> {
  running ??= startCluster({ dataDir: join(inject('runDir'), 'postgres') })
  return running
}
