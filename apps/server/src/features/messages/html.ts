import { escapeHtml } from '../../platform/kernel/html.ts'

/** A page that says what the text says, its paragraphs apart. */
export function htmlOf({ subject, text }: { subject: string; text: string }): string {
  const paragraphs = text.trim().split(/\n{2,}/)
  const body = paragraphs.map((each) => `<p>${escapeHtml(each).replaceAll('\n', '<br>\n')}</p>`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escapeHtml(subject)}</title>
${body.join('\n')}
</html>
`
}
