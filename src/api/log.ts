// Which addresses does the public log have?
import { z } from 'zod'
import { endpoint, exactTime } from './endpoint.ts'

const text = 'text/plain; charset=utf-8'
const bytes = 'application/octet-stream'

export const readCheckpoint = endpoint({
  id: 'readCheckpoint',
  method: 'get',
  path: '/log/checkpoint',
  power: 'read.public',
  summary: 'The newest signed checkpoint (C2SP signed note).',
  reply: { status: 200, body: text },
  refusals: ['not-found'],
})

export const readCovering = endpoint({
  id: 'readCovering',
  method: 'get',
  path: '/log/covering/:index',
  power: 'read.public',
  summary:
    'The first checkpoint that was published over an entry: its witnesses’ times say when the entry was first seen.',
  params: z.strictObject({ index: z.string().regex(/^(0|[1-9]\d{0,14})$/) }),
  reply: { status: 200, body: text },
  refusals: ['not-found'],
})

export const readEntryProof = endpoint({
  id: 'readEntryProof',
  method: 'get',
  path: '/log/proof/:index',
  power: 'read.public',
  summary:
    'The receipt of an entry (C2SP tlog-proof) under the newest checkpoint; that of an open entry carries the entry itself.',
  params: z.strictObject({ index: z.string().regex(/^(0|[1-9]\d{0,14})$/) }),
  reply: { status: 200, body: text },
  refusals: ['not-found'],
})

export const listHeads = endpoint({
  id: 'listHeads',
  method: 'get',
  path: '/api/v1/log/heads',
  power: 'read.public',
  summary:
    'The newest fifty published checkpoints: how the log grew, and how many witnesses had cosigned each when it was published.',
  reply: {
    status: 200,
    body: z.strictObject({
      heads: z.array(
        z.strictObject({
          /** The log that was signed; `size` counts the entries of all logs up to it, `root` is its own. */
          origin: z.string(),
          size: z.number().int(),
          at: exactTime,
          root: z.string(),
          witnesses: z.number().int(),
        }),
      ),
    }),
  },
  refusals: [],
})

export const readPolicyFile = endpoint({
  id: 'readPolicyFile',
  method: 'get',
  path: '/log/policy',
  power: 'read.public',
  summary: 'The log’s own trust policy (C2SP tlog-policy).',
  reply: { status: 200, body: text },
  refusals: [],
})

export const readTile = endpoint({
  id: 'readTile',
  method: 'get',
  path: '/log/tile/:level/*n',
  power: 'read.public',
  summary: 'A tile of hashes, or of entries at `tile/entries/…`, full or partial (C2SP tlog-tiles).',
  params: z.object({ level: z.string(), n: z.array(z.string()) }),
  reply: { status: 200, body: bytes },
  refusals: ['not-found'],
})

const year = z.string().regex(/^[1-9]\d{3}$/)

export const readYearCheckpoint = endpoint({
  id: 'readYearCheckpoint',
  method: 'get',
  path: '/log/:year/checkpoint',
  power: 'read.public',
  summary:
    'The newest signed checkpoint of the log of a year. The last entry of each log names the next one, beginning with the log at `/log`.',
  params: z.strictObject({ year }),
  reply: { status: 200, body: text },
  refusals: ['not-found'],
})

export const readYearPolicy = endpoint({
  id: 'readYearPolicy',
  method: 'get',
  path: '/log/:year/policy',
  power: 'read.public',
  summary: 'The trust policy of the log of a year alone, for tools that know no years.',
  params: z.strictObject({ year }),
  reply: { status: 200, body: text },
  refusals: ['not-found'],
})

export const readYearTile = endpoint({
  id: 'readYearTile',
  method: 'get',
  path: '/log/:year/tile/:level/*n',
  power: 'read.public',
  summary: 'A tile of the log of a year, as at `/log/tile`.',
  params: z.object({ year, level: z.string(), n: z.array(z.string()) }),
  reply: { status: 200, body: bytes },
  refusals: ['not-found'],
})

export const readPayload = endpoint({
  id: 'readPayload',
  method: 'get',
  path: '/log/payload/:hash',
  power: 'read.public',
  summary: 'What a leaf’s hash is the hash of; also closing lists and envelopes on an opening list.',
  params: z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  reply: { status: 200, body: bytes },
  refusals: ['not-found'],
})
