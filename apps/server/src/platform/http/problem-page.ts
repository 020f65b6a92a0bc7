import type { Problem } from '../kernel/failures.ts'
import { statusOf } from './problem.ts'

/** The page behind a problem's `type`. Its words are ours, so nothing in it needs escaping. */
export function problemPage({ code, kind, title, advice }: Problem): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}: ${code}</title>
<main>
<h1>${title}</h1>
<p>Status ${statusOf[kind]}, code <code>${code}</code></p>
<p>${advice}</p>
<p><a href="/docs">Reference of the API</a></p>
</main>
</html>
`
}
