import type { Locale } from '../kernel/locale.ts'
import { type Html, html, type Insertion } from './html.ts'

export interface PageFrame {
  readonly title: string
  readonly locale: Locale
  /** More elements for the head, such as the link to the stylesheet. */
  readonly head?: Insertion
  /** What appears above the main part, such as the links to the other pages. */
  readonly header?: Insertion
}

export interface Page extends PageFrame {
  readonly body: Html
}

/** The one layout of every page. Mails have their own, because mail programs know less HTML. */
export function page({ body, ...frame }: Page): string {
  return `${pageStart(frame)}${body}\n${pageEnd}`
}

/** A page whose body is written piece by piece. */
export async function* streamedPage(frame: PageFrame, body: AsyncIterable<Html>): AsyncGenerator<string> {
  yield pageStart(frame)
  for await (const piece of body) yield `${piece}\n`
  yield pageEnd
}

function pageStart({ title, locale, head, header }: PageFrame): string {
  return `${html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}
</head>
<body>${header}
<main>
`}`
}

const pageEnd = `</main>
</body>
</html>
`
