// Which requests are about the files of a bid: handing in sealed ones piece by piece (tus 1.0.0), reading opened ones?
import { z } from 'zod'
import { BLOB_ID, FILE_OUTCOMES } from '../domain/bids/file-check.ts'
import { b64u32, endpoint, params, tenderNo } from './endpoint.ts'

const uploadId = z.string().regex(BLOB_ID, 'the number of an upload')
const ofUpload = z.strictObject({ id: uploadId })
const tus = z.object({ 'tus-resumable': z.literal('1.0.0') })

const upload = z.strictObject({
  id: uploadId,
  tender: tenderNo,
  /** SHA-256 of the ciphertext, as it was announced. */
  ct: b64u32,
  /** Length announced, and what has come so far. */
  bytes: z.number().int(),
  received: z.number().int(),
  /** Everything came, and its hash is the one announced. */
  done: z.boolean(),
})

export const beginUpload = endpoint({
  id: 'beginUpload',
  method: 'post',
  path: '/api/v1/tenders/:no/uploads',
  power: 'bid.attach',
  summary:
    'Announce a sealed file of one’s bid (tus creation): its length, and in Upload-Metadata the SHA-256 of its ciphertext as `ct`. Announced again, it is the same upload.',
  params: params.tender,
  headers: tus.extend({ 'upload-length': z.string(), 'upload-metadata': z.string() }),
  reply: { status: 201, body: null },
  refusals: ['tus-version', 'upload-broken', 'upload-large', 'upload-limit', 'not-open', 'storage-full'],
})

export const listUploads = endpoint({
  id: 'listUploads',
  method: 'get',
  path: '/api/v1/tenders/:no/uploads',
  power: 'bid.own',
  summary: 'The sealed files that one’s own organisation has handed in for this tender.',
  params: params.tender,
  reply: { status: 200, body: z.strictObject({ uploads: z.array(upload) }) },
  refusals: [],
})

export const readUpload = endpoint({
  id: 'readUpload',
  method: 'get',
  path: '/api/v1/uploads/:id',
  power: 'bid.own',
  summary: 'How far is an upload? HEAD answers in the headers of tus.',
  params: ofUpload,
  reply: { status: 200, body: upload },
  refusals: [],
})

export const sendUpload = endpoint({
  id: 'sendUpload',
  method: 'patch',
  path: '/api/v1/uploads/:id',
  power: 'bid.attach',
  summary:
    'Send a piece of an upload from the offset at which it stands. What came before a connection broke is kept. The last piece is acknowledged once the whole is on disk and has the hash announced.',
  params: ofUpload,
  headers: tus.extend({ 'upload-offset': z.string() }),
  stream: 'application/offset+octet-stream',
  reply: { status: 204, body: null },
  refusals: [
    'tus-version',
    'media-type',
    'upload-broken',
    'upload-offset',
    'upload-large',
    'upload-hash',
    'not-open',
    'storage-full',
  ],
})

export const dropUpload = endpoint({
  id: 'dropUpload',
  method: 'delete',
  path: '/api/v1/uploads/:id',
  power: 'bid.attach',
  summary: 'Take back an upload that no bid names (tus termination).',
  params: ofUpload,
  headers: tus,
  reply: { status: 204, body: null },
  refusals: ['tus-version', 'upload-named', 'not-open'],
})

export const listFiles = endpoint({
  id: 'listFiles',
  method: 'get',
  path: '/api/v1/tenders/:no/files',
  power: 'read.public',
  summary: 'The files that opened bids name, and whether each is the one that was sealed.',
  params: params.tender,
  reply: {
    status: 200,
    body: z.strictObject({
      files: z.array(
        z.strictObject({
          eid: b64u32,
          n: z.number().int(),
          kind: z.enum(['technical', 'price']),
          bidder: z.string(),
          /** As the bid says it, and as it is saved. */
          name: z.string(),
          saved: z.string(),
          bytes: z.number(),
          sha256: b64u32,
          ct: b64u32,
          /** The age identity of its envelope, which opens the sealed file. */
          identity: z.string(),
          /** Null until it was checked. */
          outcome: z.enum(FILE_OUTCOMES).nullable(),
        }),
      ),
    }),
  },
  refusals: [],
})

export const readSealedFile = endpoint({
  id: 'readSealedFile',
  method: 'get',
  path: '/files/sealed/:ct',
  power: 'read.public',
  summary: 'A sealed file of an opened bid, by the SHA-256 of its ciphertext: an age file.',
  params: z.strictObject({ ct: b64u32 }),
  reply: { status: 200, body: 'application/octet-stream' },
  refusals: [],
})

export const restoreFile = endpoint({
  id: 'restoreFile',
  method: 'put',
  path: '/api/v1/tenders/:no/files/:ct',
  power: 'envelope.restore',
  summary:
    'Bring back a sealed file of an opened bid that the service has lost: exactly the bytes that the bidder signed for, by their SHA-256, and no others.',
  params: z.strictObject({ ...params.tender.shape, ct: b64u32 }),
  stream: 'application/octet-stream',
  reply: { status: 201, body: z.strictObject({ restored: z.literal(true) }) },
  refusals: ['media-type', 'file-differs', 'file-unknown', 'file-whole', 'storage-full', 'not-found'],
})

export const readFile = endpoint({
  id: 'readFile',
  method: 'get',
  path: '/files/:eid/:n',
  power: 'read.public',
  summary: 'An opened file of a bid, to be saved and never shown: the nth that the envelope names, from 1.',
  params: z.strictObject({ eid: b64u32, n: z.string().regex(/^[1-9]\d{0,4}$/, 'a number from 1') }),
  reply: { status: 200, body: 'application/octet-stream' },
  refusals: [],
})
