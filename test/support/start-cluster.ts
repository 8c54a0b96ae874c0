// A program that starts the cluster of a folder and stays: for tests that kill it.

import { startCluster } from '../../src/server/cluster.ts'

const cluster = await startCluster({ dataDir: process.argv[2] ?? '' })
const { pid, port, created, reused } = cluster
console.log(`cluster ${JSON.stringify({ pid, port, created, reused })}`)
setInterval(() => {}, 60_000)
