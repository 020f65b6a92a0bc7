import { readFileSync } from 'node:fs'
import { html } from './html.ts'

/** Where the server serves the stylesheet of its pages. */
export const stylesheetPath = '/pages.css'

/** For the head of a page that the server serves. */
export const stylesheetLink = html`<link rel="stylesheet" href="${stylesheetPath}">`

/** The look of the pages. */
export const css = [
  new URL('./pages.css', import.meta.url),
  new URL('./links.css', import.meta.url),
  new URL('./forms.css', import.meta.url),
]
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')
