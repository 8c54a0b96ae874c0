// How are the pages built? One Vite configuration; the server serves what it leaves in dist/web.

import { fileURLToPath } from 'node:url'
import optimizeLocales from '@react-aria/optimize-locales-plugin'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { ENDPOINTS } from './src/api/endpoints.ts'
import { asksForFactor } from './src/api/refusals.ts'

const NO_SCHEMAS = fileURLToPath(new URL('web/schemas-stay-out.ts', import.meta.url))

const ADDRESSES = 'virtual:endpoints'

/** A page calls endpoints by method and path, and knows which ask for a second factor; the rest of the contract is types to it (web/endpoints.ts). */
const endpointAddresses: Plugin = {
  name: 'endpoint-addresses',
  resolveId: (id) => (id === ADDRESSES ? `\0${id}` : null),
  load(id) {
    if (id !== `\0${ADDRESSES}`) return null
    // The log's own files are read by their paths (web/log/http-log.ts), and what takes a stream of bytes is not called by the client.
    const called = Object.entries(ENDPOINTS).filter(([, e]) => !e.path.startsWith('/log/') && !('stream' in e))
    const rows = called.map(([name, e]) => {
      return [name, { method: e.method, path: e.path, ...(asksForFactor(e) ? { stepUp: true } : {}) }]
    })
    return `export const addresses = ${JSON.stringify(Object.fromEntries(rows))}`
  },
}

/**
 * Other files of the contract hold functions that pages share, beside schemas. The library in which those are written would be
 * a third of every page.
 */
const schemasStayOut: Plugin = {
  name: 'schemas-stay-out',
  enforce: 'pre',
  resolveId: (id) => (id === 'zod' ? NO_SCHEMAS : null),
}

/**
 * Which modules share a file. On a slow line each further file costs a part of a round trip, so that what nearly all pages need
 * comes in few of them; what only some need stays with those.
 */
const FILES = [
  // Others' code, which changes less often than ours.
  { name: 'vendor', tags: ['$initial' as const], test: /node_modules/, priority: 4 },
  { name: 'shell', tags: ['$initial' as const], priority: 3 },
  // Small parts of the furniture, without those that bring the components of another library.
  {
    name: 'parts',
    test: /lucide-react|web\/(parts\/(data-table|deadline|hash-text|money|notification-banner|page|paging|proof-badge|role-gate|status-tag|summary-list|time|timeline)\.tsx|(csv|save-file)\.ts)$|src\/domain\/kit\/(time|verdict)\.ts$|src\/proof\/(bytes|instant)\.ts$/,
    minShareCount: 3,
    priority: 2,
  },
  // Reading a log entry, which a tender's pages have in common.
  {
    name: 'record',
    test: /src\/(proof\/(canonical|jws|leaf|primitives)|domain\/(events|kit\/fraction|evaluators\/purpose|record\/(fields|payloads)))\.ts$/,
    minShareCount: 2,
    priority: 1,
  },
]

export default defineConfig({
  root: 'web',
  // The server puts a fresh nonce in place of this one into every page that it sends.
  html: { cspNonce: '__CSP_NONCE__' },
  plugins: [
    endpointAddresses,
    schemasStayOut,
    react(),
    tailwindcss(),
    // react-aria's own words in the two languages of the service, not in thirty-five.
    { ...optimizeLocales.vite({ locales: ['ko-KR', 'en-US'] }), enforce: 'pre' },
  ],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    manifest: true,
    // A data: URL would need a looser policy for fonts.
    assetsInlineLimit: 0,
    // One of the two readers of the room's budget is a phone.
    target: 'es2022',
    rolldownOptions: { output: { codeSplitting: { groups: FILES } } },
  },
})
