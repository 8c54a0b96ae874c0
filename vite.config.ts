// How are the pages built? One Vite configuration; the server serves what it leaves in dist/web.

import optimizeLocales from '@react-aria/optimize-locales-plugin'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { ENDPOINTS } from './src/api/endpoints.ts'

const ENDPOINT_ADDRESSES = 'virtual:endpoints'

/**
 * A browser needs an endpoint's method and path, not the schemas behind it, which would bring the whole of zod into every
 * page. The types still come from the contract (web/endpoints.ts).
 */
const endpointAddresses: Plugin = {
  name: 'endpoint-addresses',
  resolveId: (id) => (id === ENDPOINT_ADDRESSES ? `\0${id}` : null),
  load(id) {
    if (id !== `\0${ENDPOINT_ADDRESSES}`) return null
    const rows = Object.entries(ENDPOINTS).map(([name, { method, path }]) => [name, { method, path }])
    return `export const addresses = ${JSON.stringify(Object.fromEntries(rows))}`
  },
}

export default defineConfig({
  root: 'web',
  // The server puts a fresh nonce in place of this one into every page that it sends.
  html: { cspNonce: '__CSP_NONCE__' },
  plugins: [
    endpointAddresses,
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
  },
})
