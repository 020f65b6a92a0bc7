import { type Html, html } from '../../platform/html/html.ts'
import { page } from '../../platform/html/page.ts'
import type { MessageContent } from './model.ts'

/** The HTML part of a mail, with the same paragraphs as the text part. */
export function mailHtml({ subject, text, locale }: Omit<MessageContent, 'to'>): string {
  const paragraphs = text.trim().split(/\n{2,}/)
  const body = html`${paragraphs.map((paragraph) => html`<p>${linesOf(paragraph)}</p>\n`)}`
  return page({ title: subject, locale, body })
}

function linesOf(paragraph: string): Html[] {
  return paragraph.split('\n').map((line, index) => (index === 0 ? html`${line}` : html`<br>\n${line}`))
}
