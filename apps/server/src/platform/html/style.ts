import { html } from './html.ts'

/** Where the server serves the stylesheet of its pages. */
export const stylesheetPath = '/pages.css'

/** For the head of a page that the server serves. */
export const stylesheetLink = html`<link rel="stylesheet" href="${stylesheetPath}">`

/** The look of the pages. It follows the theme of the reader. */
export const css = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; overflow-wrap: anywhere; }
main { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
article { border-top: 1px solid #8a8a8a; }
pre { font: inherit; white-space: pre-wrap; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid #8a8a8a; padding: .25rem .5rem; text-align: start; vertical-align: top; }
`
