// Which files belong to the bid that is being written, and how far is each? Sealed here one after the other, and sent as soon as it is.
import { useEffect, useRef, useState } from 'react'
import { fileName, fileTypeOf, mayAddFile } from '../../src/domain/bids/files.ts'
import type { BidKind, SealedAttachment } from '../../src/domain/bids/prepare.ts'
import type { Reason } from '../../src/domain/kit/verdict.ts'
import { askLog } from '../log/ask-log.ts'
import { forgetSealedFiles, sealInWorker } from './ask-file-worker.ts'
import { NotSent, type Sending, sendFile } from './send-file.ts'

export type FileState = 'waiting' | 'sealing' | 'sending' | 'ready' | 'failed'

export type BidFile = {
  id: number
  kind: BidKind
  name: string
  bytes: number
  state: FileState
  /** 0 to 100, of what it is at. */
  percent: number
  /** Code of what the server refused it for; null where the connection was lost or the browser could not. */
  why: string | null
}

type Held = { source: File; sealed?: SealedAttachment; content?: Blob; sending?: Sending }

/** A file that was not added, with every reason. */
export type TurnedAway = { kind: BidKind; name: string; reasons: Reason[] }

export type Files = {
  list: readonly BidFile[]
  turnedAway: readonly TurnedAway[]
  add: (kind: BidKind, chosen: Iterable<File>) => void
  remove: (id: number) => void
  /** The file as it was sealed, under its own name: what brings it back if the service loses it. */
  copyOf: (id: number) => { name: string; content: Blob } | null
  again: (id: number) => void
  /** All that was added is with the server. */
  ready: boolean
  /** What the bid is sealed with; null where it has no files. */
  forBid: () => { ticket: string; files: Partial<Record<BidKind, SealedAttachment[]>> } | null
  /** The bid that they were sealed for was sealed and not taken: its envelope is used up, so they are sealed anew. */
  sealAnew: () => void
  /** The bid is in. */
  clear: () => void
}

export function useFiles(no: string): Files {
  const [list, setList] = useState<readonly BidFile[]>([])
  const [turnedAway, setTurnedAway] = useState<readonly TurnedAway[]>([])
  const held = useRef(new Map<number, Held>())
  const next = useRef(1)
  /** The envelopes that files are sealed for. */
  const ticket = useRef<Promise<{ ticket: string; recipients: Partial<Record<BidKind, string>> }> | null>(null)
  const named = useRef('')
  const turn = useRef<Promise<void>>(Promise.resolve())

  useEffect(() => void forgetSealedFiles(), [])

  const change = (id: number, to: Partial<BidFile>) =>
    setList((files) => files.map((file) => (file.id === id ? { ...file, ...to } : file)))

  const begin = () => {
    ticket.current ??= askLog('startFiles', { no }).then((started) => {
      if (!started.ok) throw new NotSent('log-doubt')
      named.current = started.ticket
      return started
    })
    ticket.current.catch(() => {
      ticket.current = null
    })
    return ticket.current
  }

  /** What was taken away, or begun anew, meanwhile has no failure to show. */
  const failed = (id: number, mine: Held, error: unknown) => {
    if (held.current.get(id) === mine)
      change(id, { state: 'failed', why: error instanceof NotSent ? error.code : 'browser' })
  }

  const prepare = async (id: number, kind: BidKind) => {
    const mine = held.current.get(id)
    if (!mine) return
    try {
      const { recipients } = await begin()
      const { source } = mine
      change(id, { state: 'sealing', percent: 0, why: null })
      const share = (bytes: number, of: number) => Math.min(100, Math.floor((bytes * 100) / Math.max(1, of)))
      const { content, ...sealed } = await sealInWorker(recipients[kind] ?? '', source, (bytes) =>
        change(id, { percent: share(bytes, source.size) }),
      )
      const name = fileName(source.name)
      mine.content = content
      mine.sealed = { name, type: fileTypeOf(name) ?? 'application/octet-stream', ...sealed }
      if (held.current.get(id) !== mine) return
      change(id, { state: 'sending', percent: 0 })
      mine.sending = await sendFile(no, sealed.ct, content, (bytes) =>
        change(id, { percent: share(bytes, content.size) }),
      )
      if (held.current.get(id) !== mine) void mine.sending.drop()
      await mine.sending.done
      if (held.current.get(id) === mine) change(id, { state: 'ready', percent: 100 })
    } catch (error) {
      failed(id, mine, error)
    }
  }
  const queue = (id: number, kind: BidKind) => {
    turn.current = turn.current.then(() => prepare(id, kind))
  }

  return {
    list,
    turnedAway,
    add: (kind, chosen) => {
      const added = [...list]
      const away: TurnedAway[] = []
      for (const source of chosen) {
        const file = { name: source.name, bytes: source.size }
        const reasons = mayAddFile(file, added)
        if (reasons.length > 0) {
          away.push({ kind, name: source.name, reasons })
          continue
        }
        const id = next.current++
        held.current.set(id, { source })
        added.push({
          id,
          kind,
          name: fileName(source.name),
          bytes: source.size,
          state: 'waiting',
          percent: 0,
          why: null,
        })
        queue(id, kind)
      }
      setList(added)
      setTurnedAway(away)
    },
    remove: (id) => {
      const mine = held.current.get(id)
      held.current.delete(id)
      setList((files) => files.filter((file) => file.id !== id))
      setTurnedAway([])
      void mine?.sending?.drop()
    },
    copyOf: (id) => {
      const { sealed, content } = held.current.get(id) ?? {}
      return sealed && content ? { name: `${sealed.name}.age`, content } : null
    },
    again: (id) => {
      const mine = held.current.get(id)
      const file = list.find((one) => one.id === id)
      if (!mine || !file) return
      change(id, { why: null, state: 'waiting' })
      if (!mine.sending || !mine.sealed) return queue(id, file.kind)
      const { sending } = mine
      turn.current = turn.current.then(async () => {
        change(id, { state: 'sending' })
        await sending.again().then(
          () => change(id, { state: 'ready', percent: 100 }),
          (error: unknown) => failed(id, mine, error),
        )
      })
    },
    ready: list.every((file) => file.state === 'ready'),
    forBid: () => {
      if (list.length === 0) return null
      const files: Partial<Record<BidKind, SealedAttachment[]>> = {}
      for (const { id, kind } of list) {
        const sealed = held.current.get(id)?.sealed
        if (sealed) files[kind] = [...(files[kind] ?? []), sealed]
      }
      return { ticket: named.current, files }
    },
    sealAnew: () => {
      if (list.length === 0) return
      ticket.current = null
      for (const { id, kind } of list) {
        const mine = held.current.get(id)
        if (!mine) continue
        // The ciphertext of before is of no use any more; a bid that was not taken does not name it.
        void mine.sending?.drop()
        held.current.set(id, { source: mine.source })
        change(id, { state: 'waiting', percent: 0, why: null })
        queue(id, kind)
      }
    },
    clear: () => {
      held.current.clear()
      ticket.current = null
      setList([])
      setTurnedAway([])
    },
  }
}
