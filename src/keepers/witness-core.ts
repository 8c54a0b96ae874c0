// May this checkpoint be cosigned? Only if a log that we know signed it and its tree is proven to extend the one that we cosigned last.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { privateFolder, readFileIfThere, type WriteStep, writeFileAtomic } from '../node/atomic-file.ts'
import { equal, FormatError, fromUtf8, hex, utf8 } from '../proof/bytes.ts'
import {
  type AddCheckpoint,
  type Checkpoint,
  cosign,
  readAddCheckpoint,
  readCheckpoint,
  readNote,
  readVkey,
  verifyNote,
  vkeyOf,
  WITNESS_KEY,
} from '../proof/note.ts'
import type { Primitives } from '../proof/primitives.ts'
import { keysFor } from '../proof/shards.ts'
import { emptyRoot, verifyConsistency } from '../proof/tree.ts'
import { loadTrees, openWitnessFolder, type SeenTree, saveTrees } from './witness-state.ts'

/** An HTTP answer of the witness: 200 its cosignature lines; 409 the size that it has seen; else words. */
export type WitnessAnswer = { status: 200 | 400 | 403 | 404 | 409 | 422 | 503; body: string }

export interface WitnessCore {
  readonly vkey: string
  /** Answers a body of add-checkpoint (C2SP tlog-witness). */
  addCheckpoint(body: Uint8Array): Promise<WitnessAnswer>
  /** The checkpoint cosigned last of the log whose origin has this SHA-256 (hex), with the log's signature and ours; null: none. */
  latest(originHash: string): Promise<string | null>
}

export interface WitnessParts {
  P: Primitives
  /** The witness's own folder, held by the caller. */
  dir: string
  /** Name of the witness in its signature lines. */
  name: string
  /** The verifier keys of the logs that are witnessed; asked at each request, so that a log can be added. */
  logs: () => readonly string[]
  /** Own clock, seconds since 1970. */
  now: () => number
  /** For fault tests: called at each step of the state's write. */
  step?: (step: WriteStep) => void
  /** Hears of a log that showed two histories. */
  tell?: (line: string) => void
}

/** A clock may be set back so far, in seconds, without our times running backwards; beyond it somebody must look. */
const CLOCK_PATIENCE = 5
/** Contradictions are kept as evidence up to this number, so that nobody can fill the disk with them. */
const MOST_EVIDENCE = 100

const no = (status: WitnessAnswer['status'], says: string): WitnessAnswer => ({ status, body: `${says}\n` })

type Asked = AddCheckpoint & Checkpoint & { text: string }

function readAsked(body: Uint8Array): Asked {
  const asked = readAddCheckpoint(fromUtf8(body))
  const { text } = readNote(asked.note)
  return { ...asked, ...readCheckpoint(text), text }
}

/**
 * Opens the folder (the caller holds it). Requests may overlap: between the comparison with the tree seen last and the write of the
 * new one there is no pause, so they are one after the other; the signature is made only after the write.
 */
export function openWitness({ P, dir, name, logs, now, step, tell }: WitnessParts): WitnessCore {
  const opened = openWitnessFolder(P, dir)
  const { seed } = opened
  let trees = opened.trees

  /** After a failed write the file alone knows which state is in force. */
  const save = (origin: string, tree: SeenTree) => {
    try {
      const next = new Map(trees).set(origin, tree)
      saveTrees(dir, next, step)
      trees = next
    } catch (error) {
      trees = loadTrees(dir)
      throw error
    }
  }

  const keepEvidence = (says: string, origin: string, seen: SeenTree, body: Uint8Array) => {
    tell?.(JSON.stringify({ level: 'error', code: 'log-contradicts-itself', origin, says, seen: seen.size }))
    const folder = join(dir, 'evidence')
    privateFolder(folder)
    const file = join(folder, `${hex(P.sha256(body)).slice(0, 32)}.txt`)
    if (readFileIfThere(file) !== null || readdirSync(folder).length >= MOST_EVIDENCE) return
    writeFileAtomic(file, `${says}\n\nseen before:\n${seen.note}\nasked for:\n${fromUtf8(body)}`)
  }

  return {
    vkey: vkeyOf(P, name, P.ed25519PublicKey(seed), WITNESS_KEY),

    async addCheckpoint(body) {
      let asked: Asked
      try {
        asked = readAsked(body)
      } catch (error) {
        if (error instanceof FormatError) return no(400, error.message)
        throw error
      }
      const { old, proof, note, origin, size, root, text } = asked
      // Whoever knows a log knows those of its later years.
      const keys = keysFor(P, logs(), origin)
      if (keys.length === 0) return no(404, 'this is not a log that I witness')
      const verified = await Promise.all(keys.map((vkey) => verifyNote(P, note, vkey)))
      if (verified.every((checkpoint) => checkpoint === null)) return no(403, 'no signature of the log verifies')
      if (old > size) return no(400, `a tree of ${size} entries does not extend one of ${old}`)

      // From here to the end of `save` nothing waits: no other request can come between.
      const seen = trees.get(origin)
      const have = seen?.size ?? 0
      if (old !== have) return { status: 409, body: `${have}\n` }
      if (size === 0 && !equal(root, emptyRoot(P))) return no(422, 'the empty tree has another root')
      if (seen && size === have && !equal(root, seen.root)) {
        keepEvidence('two roots for one size, both signed by the log', origin, seen, body)
        return { status: 409, body: `${have}\n` }
      }
      const grown =
        have === 0
          ? proof.length === 0
          : verifyConsistency(P, { size1: have, size2: size, root1: (seen as SeenTree).root, root2: root, proof })
      if (!grown) return no(422, 'the consistency proof does not lead from the tree seen before to this one')
      const clock = now()
      if (seen && clock < seen.time - CLOCK_PATIENCE)
        return no(503, 'my clock is behind the time of my last cosignature')
      const time = Math.max(clock, seen?.time ?? 0)
      save(origin, { size, root, time, note })
      return { status: 200, body: await cosign(P, name, seed, text, time) }
    },

    async latest(originHash) {
      for (const [origin, { note, time }] of trees) {
        if (hex(P.sha256(utf8(origin))) !== originHash) continue
        const { text } = readNote(note)
        return `${note}${await cosign(P, name, seed, text, time)}`
      }
      return null
    },
  }
}

/** The verifier keys in a file of them: one a line; empty lines and those that begin with `#` are passed over. Throws FormatError. */
export function readLogKeys(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim())
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'))
  for (const key of keys) if (readVkey(key).type === WITNESS_KEY) throw new FormatError('a witness key is no log key')
  return keys
}
