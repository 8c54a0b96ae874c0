// What does this browser keep for the person who uses it? Signing keys, sent bids, drafts, and the log as it was last seen.

/** Stores by name with the member that tells their records apart. */
const STORES = {
  /** Signing keys whose private half cannot leave the browser. */
  keys: 'kid',
  /** Acts that were sealed here: what was sent, and what came back. */
  acts: 'c',
  /** What is being written, not sent yet. */
  drafts: 'id',
  /** Statements that were signed here and taken, by their hash. */
  signed: 'h',
  /** The head of a log that was last followed. */
  seen: 'id',
} as const

export type StoreName = keyof typeof STORES

const VERSION = 2
let opened: Promise<IDBDatabase> | null = null

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('madang', VERSION)
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath })
      }
    }
    request.onsuccess = () => {
      const db = request.result
      // A newer page in another tab waits for this: it adds what it keeps only once nobody holds the store open.
      db.onversionchange = () => {
        db.close()
        opened = null
      }
      resolve(db)
    }
    request.onerror = () => {
      opened = null
      reject(request.error)
    }
  })
  return opened
}

async function run<T>(
  name: StoreName,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const transaction = (await open()).transaction(name, mode)
  const request = work(transaction.objectStore(name))
  return new Promise((resolve, reject) => {
    // Only a committed transaction is kept: a browser may still give up after the request went well.
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error ?? request.error)
    transaction.onerror = () => reject(transaction.error ?? request.error)
  })
}

export const keep = (name: StoreName, record: object): Promise<unknown> =>
  run(name, 'readwrite', (store) => store.put(record))

export const kept = async <T>(name: StoreName, id: string): Promise<T | null> =>
  ((await run(name, 'readonly', (store) => store.get(id))) as T | undefined) ?? null

export const keptAll = async <T>(name: StoreName): Promise<T[]> =>
  (await run(name, 'readonly', (store) => store.getAll())) as T[]

export const forget = (name: StoreName, id: string): Promise<unknown> =>
  run(name, 'readwrite', (store) => store.delete(id))
