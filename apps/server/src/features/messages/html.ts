const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text that is no markup, between tags and in quoted attributes alike (OWASP XSS prevention, rules 1 and 2). */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

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
