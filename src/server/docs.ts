// How does the service describe itself: OpenAPI, the meaning of refusals, its health?
import type { Express } from 'express'
import { readHealth, readOpenApi, readProblem } from '../api/docs.ts'
import { openApiDocument } from '../api/openapi.ts'
import { readTime } from '../api/people.ts'
import { type Code, PROBLEMS } from '../api/problems.ts'
import { millisZ } from '../domain/kit/time.ts'
import { refuse } from './problem.ts'
import { type Deps, serve, Verbatim } from './serve.ts'
import { VERSION } from './version.ts'

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

function problemPage(code: Code): string {
  const row = PROBLEMS[code]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(row.title.en)} · Madang</title>
<h1>${escapeHtml(row.title.en)}</h1>
<p lang="ko">${escapeHtml(row.title.ko)}</p>
<p>Code <code>${code}</code>, status ${row.status}.</p>
</html>
`
}

export function serveDocs(app: Express, deps: Deps): void {
  let document: string | null = null
  serve(app, deps, readOpenApi, async () => {
    document ??= JSON.stringify(openApiDocument(VERSION))
    return new Verbatim(document, 'application/json; charset=utf-8')
  })
  serve(app, deps, readProblem, async ({ params }) => {
    if (!Object.hasOwn(PROBLEMS, params.code)) refuse('not-found')
    return new Verbatim(problemPage(params.code as Code), 'text/html; charset=utf-8')
  })
  serve(app, deps, readTime, async ({ now }) => ({ now: millisZ(now.date.getTime()) }))
  // A bid needs the pool that writes: health is asked there.
  serve(app, deps, readHealth, async ({ now }) => ({ ok: true, now: millisZ(now.date.getTime()) }), { mode: 'write' })
}
