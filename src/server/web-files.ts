// Which files of the pages are there? Read once, when the server starts, so that a new build never mixes with an old one.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type WebFile = {
  type: string
  body: Buffer
  /** Made at build time; null where it would not be smaller. */
  br: Buffer | null
  gz: Buffer | null
  etag: string
  /** Its name holds a hash of its bytes: it can be kept for ever. */
  immutable: boolean
}

export type Web = {
  /** By address, such as `/assets/index-BkEvD3.js`. */
  files: ReadonlyMap<string, WebFile>
  /** index.html with a placeholder for the nonce. */
  shell: string
  /** Addresses of the scripts and styles that a source file of web/ needs at once: itself and what it imports. */
  needs: (source: string) => string[]
}

/** Where `npm run build` leaves the pages. */
export const WEB_DIR = fileURLToPath(new URL('../../dist/web', import.meta.url))

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
}

type Chunk = { file: string; imports?: string[]; css?: string[] }

function addresses(dir: string, under = ''): string[] {
  return readdirSync(join(dir, under), { withFileTypes: true }).flatMap((entry) => {
    const path = `${under}/${entry.name}`
    return entry.isDirectory() ? addresses(dir, path) : [path]
  })
}

function readOptional(path: string): Buffer | null {
  return existsSync(path) ? readFileSync(path) : null
}

function fileAt(dir: string, address: string): WebFile | null {
  const type = TYPES[extname(address)]
  if (!type) return null
  const path = join(dir, address)
  const body = readFileSync(path)
  return {
    type,
    body,
    br: readOptional(`${path}.br`),
    gz: readOptional(`${path}.gz`),
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    immutable: address.startsWith('/assets/'),
  }
}

function needsOf(manifest: Record<string, Chunk>): (source: string) => string[] {
  return (source) => {
    const seen = new Set<string>()
    const visit = (name: string) => {
      const chunk = manifest[name]
      if (!chunk || seen.has(`/${chunk.file}`)) return
      seen.add(`/${chunk.file}`)
      for (const css of chunk.css ?? []) seen.add(`/${css}`)
      for (const imported of chunk.imports ?? []) visit(imported)
    }
    visit(source)
    return [...seen]
  }
}

/** The newest build under `dir`, or null when the pages were never built. */
export function readWeb(dir: string = WEB_DIR): Web | null {
  const current = readOptional(join(dir, 'current'))?.toString('utf8').trim()
  if (!current) return null
  const build = join(dir, current)
  const files = new Map<string, WebFile>()
  for (const address of addresses(build).filter((path) => !path.startsWith('/.vite/') && path !== '/index.html')) {
    const file = fileAt(build, address)
    if (file) files.set(address, file)
  }
  const manifest = JSON.parse(readFileSync(join(build, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>
  return { files, shell: readFileSync(join(build, 'index.html'), 'utf8'), needs: needsOf(manifest) }
}
