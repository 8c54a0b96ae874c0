// How does a bid go from this form into the log? Five steps, each with what came of it: check, seal, seal, sign, send.
import { useReducer, useRef } from 'react'
import { secondsZ } from '../../../src/domain/kit/time.ts'
import { serverNow } from '../../clock.ts'
import type { Files } from '../../files/use-files.ts'
import { askLog } from '../../log/ask-log.ts'
import type { Doubt } from '../../log/follower.ts'
import type { StoredKey } from '../../signing-key.ts'
import { type Content, picksOf, priceOf, technicalOf, type Wanted } from './bid-content.ts'
import { newKey, type Outcome, type SentAct, send } from './sent-acts.ts'

export const STEPS = ['keys', 'technical', 'price', 'sign', 'send'] as const
export type StepName = (typeof STEPS)[number]
export type StepState = 'waiting' | 'working' | 'done' | 'failed'

export type Sealing = {
  steps: Record<StepName, StepState>
  /** Entries of the log that were followed. */
  size: number | null
  act: SentAct | null
  end: Outcome | { kind: 'doubts'; doubts: Doubt[] } | { kind: 'broke'; why: string } | null
}

const IDLE: Sealing = {
  steps: { keys: 'waiting', technical: 'waiting', price: 'waiting', sign: 'waiting', send: 'waiting' },
  size: null,
  act: null,
  end: null,
}

type Change =
  | { to: 'start' | 'idle' }
  | { to: 'step'; step: StepName; size?: number }
  | { to: 'sealed'; act: SentAct }
  | { to: 'end'; end: NonNullable<Sealing['end']> }

function marked(steps: Sealing['steps'], working: StepName | null, good: boolean): Sealing['steps'] {
  const at = working === null ? STEPS.length : STEPS.indexOf(working)
  const entries = STEPS.map((step, i) => [step, i < at ? 'done' : i === at ? (good ? 'working' : 'failed') : 'waiting'])
  return { ...steps, ...(Object.fromEntries(entries) as Sealing['steps']) }
}

function next(state: Sealing, change: Change): Sealing {
  switch (change.to) {
    case 'idle':
      return IDLE
    case 'start':
      return { ...IDLE, steps: marked(IDLE.steps, 'keys', true) }
    case 'step':
      return { ...state, steps: marked(state.steps, change.step, true), size: change.size ?? state.size }
    case 'sealed':
      return { ...state, steps: marked(state.steps, 'send', true), act: change.act }
    case 'end': {
      const failedAt = STEPS.find((step) => state.steps[step] === 'working') ?? null
      const good = change.end.kind === 'receipt'
      return { ...state, steps: marked(state.steps, good ? null : failedAt, good), end: change.end }
    }
  }
}

export type BidToSend = {
  no: string
  key: StoredKey
  content: Content
  wanted: Wanted
  seq: number
  replaces: string | null
  /** Files that were sealed before, with the envelopes they were sealed for. */
  files: ReturnType<Files['forBid']>
}

/** `run` seals and sends; it answers with the act that now has a receipt, or null. */
export function useSealing() {
  const [state, dispatch] = useReducer(next, IDLE)
  const running = useRef(false)

  const finish = (end: NonNullable<Sealing['end']>): SentAct | null => {
    dispatch({ to: 'end', end })
    return end.kind === 'receipt' ? end.act : null
  }

  const run = async ({ no, key, content, wanted, seq, replaces, files }: BidToSend): Promise<SentAct | null> => {
    if (running.current) return null
    running.current = true
    dispatch({ to: 'start' })
    try {
      const made = secondsZ(serverNow())
      const picks = picksOf(content, wanted)
      const asked = {
        no,
        account: key.account,
        kid: key.kid,
        org: key.org,
        seq,
        replaces,
        made,
        ...(wanted.technical && { technical: technicalOf(content) }),
        price: priceOf(content),
        ...(picks && { picks }),
        ...files,
      }
      const sealed = await askLog('seal', asked, (step, size) =>
        dispatch({ to: 'step', step, ...(size === undefined ? {} : { size }) }),
      )
      if (!sealed.ok) return finish({ kind: 'doubts', doubts: sealed.doubts })
      const { body, c, eids, seeds } = sealed.bid
      const act: SentAct = {
        c,
        no,
        account: key.account,
        kind: 'submission',
        key: newKey(),
        body,
        eids,
        seeds,
        at: made,
        outcome: 'pending',
        receipt: null,
      }
      dispatch({ to: 'sealed', act })
      return finish(await send(act))
    } catch (error) {
      return finish({ kind: 'broke', why: error instanceof Error ? error.message : String(error) })
    } finally {
      running.current = false
    }
  }

  return { state, run, reset: () => dispatch({ to: 'idle' }) }
}
