// How are the pages built? One Vite configuration; the server serves what it leaves in dist/web.

import { fileURLToPath } from 'node:url'
import optimizeLocales from '@react-aria/optimize-locales-plugin'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const NO_SCHEMAS = fileURLToPath(new URL('web/schemas-stay-out.ts', import.meta.url))

/**
 * A browser needs an endpoint's method and path, not the library in which its schemas are written, which would be a third of
 * every page.
 */
const schemasStayOut: Plugin = {
  name: 'schemas-stay-out',
  enforce: 'pre',
  resolveId: (id) => (id === 'zod' ? NO_SCHEMAS : null),
}

export default defineConfig({
  root: 'web',
  // The server puts a fresh nonce in place of this one into every page that it sends.
  html: { cspNonce: '__CSP_NONCE__' },
  plugins: [
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
  },
})
