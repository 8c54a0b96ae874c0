// Which requests are about questions on a tender, and their public answers?
import { z } from 'zod'
import { b64u32, compactJws, endpoint, exactTime, params, SIGNING, sealedOpening } from './endpoint.ts'

const text = z.string().max(8000)

const question = z.strictObject({
  /** The receipt number: the commitment of the sealed entry. */
  c: b64u32,
  text,
  at: exactTime,
  /** An answer stands in the log. */
  answered: z.boolean(),
})

const ownQuestion = z.strictObject({
  ...question.shape,
  /** What shows that it was asked, and just so, once the log has it. */
  opening: sealedOpening.nullable(),
  /** With the organisation's number, what shows who asked. Nobody else ever gets it. */
  askerSalt: b64u32,
})

/** What is to be shown of a question by whoever answers it. */
const receivedQuestion = z.strictObject({
  ...question.shape,
  /** Word for word what the answer publishes: statement and salt open the sealed entry. */
  statement: z.string(),
  salt: b64u32,
})

const TOO_LATE = ['wrong-state', 'questions-closed', 'text-short', 'text-long'] as const

export const askQuestion = endpoint({
  id: 'askQuestion',
  method: 'post',
  path: '/api/v1/tenders/:no/questions',
  power: 'question.ask',
  summary:
    'Ask about a published tender, until its deadline. The question is sealed in the log at once; its words become public with the answer, and who asked never does.',
  params: params.tender,
  body: z.strictObject({ text }),
  reply: { status: 201, body: ownQuestion },
  refusals: [...TOO_LATE, 'questions-waiting', 'question-asked', 'not-found'],
})

export const listOwnQuestions = endpoint({
  id: 'listOwnQuestions',
  method: 'get',
  path: '/api/v1/tenders/:no/questions/own',
  power: 'question.own',
  summary: 'What the own firm asked about a tender, the newest first, with what opens each sealed entry.',
  params: params.tender,
  reply: { status: 200, body: z.strictObject({ questions: z.array(ownQuestion) }) },
  refusals: ['not-found'],
})

export const listQuestions = endpoint({
  id: 'listQuestions',
  method: 'get',
  path: '/api/v1/tenders/:no/questions',
  power: 'question.read',
  summary:
    'Questions that came in about a tender of the caller’s agency, the oldest first. Who asked is told to nobody.',
  params: params.tender,
  query: z.strictObject({
    waiting: z.enum(['yes', 'no']).default('yes'),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
    per: z.coerce.number().int().min(1).max(100).default(20),
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      questions: z.array(receivedQuestion),
      total: z.number().int(),
      page: z.number().int(),
      per: z.number().int(),
    }),
  },
  refusals: ['not-found', 'forbidden'],
})

export const answerQuestion = endpoint({
  id: 'answerQuestion',
  method: 'post',
  path: '/api/v1/tenders/:no/clarifications',
  power: 'question.answer',
  summary:
    'Answer a question in public, or explain something that nobody asked, until the deadline. A further answer to the same question stands beside the earlier one.',
  params: params.tender,
  /** `jws` signs `clarification/1`: this answer, with the question word for word and what opens its entry. */
  body: z.strictObject({ question: b64u32.nullable(), answer: text, jws: compactJws }),
  reply: { status: 201, body: z.strictObject({ accepted: z.literal(true) }) },
  refusals: [...TOO_LATE, ...SIGNING, 'not-found', 'forbidden'],
})
