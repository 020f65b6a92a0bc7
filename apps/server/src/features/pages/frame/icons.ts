import { type Html, html } from '../../../platform/html/html.ts'

/** Drawings of 24 by 24, which no screen reader reads: a word always says the same. */
const drawings = {
  alert: html`<circle cx="12" cy="12" r="9"/><path d="M12 7.5V13M12 16.3v.1"/>`,
  tick: html`<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  clock: html`<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.3 2"/>`,
  down: html`<path d="m6 9.5 6 6 6-6"/>`,
  dot: html`<circle cx="12" cy="12" r="5"/>`,
  key: html`<circle cx="8" cy="15" r="4"/><path d="m11 12 8-8m-3 3 3 3"/>`,
  mail: html`<rect x="3" y="5" width="18" height="14" rx="2.5"/><path d="m4 7.5 8 6 8-6"/>`,
  passkey: html`<circle cx="9" cy="7.5" r="3.5"/><path d="M3 20c0-3.3 2.7-6 6-6 1 0 1.9.2 2.7.7"/><circle cx="17.5" cy="13" r="2.5"/><path d="M17.5 15.5V21l1.5-1.5M17.5 18H19"/>`,
  home: html`<path d="m4 11 8-7 8 7v8a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z"/>`,
  person: html`<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.8-3.7 3.8-6 7.5-6s6.7 2.3 7.5 6"/>`,
  shield: html`<path d="M12 3 5 5.5v5.3c0 4.5 2.9 8 7 9.7 4.1-1.7 7-5.2 7-9.7V5.5z"/>`,
  computer: html`<rect x="4.5" y="5" width="15" height="10.5" rx="2"/><path d="M2.5 19h19"/>`,
  phone: html`<rect x="7" y="2.5" width="10" height="19" rx="2.5"/><path d="M11 18.5h2"/>`,
  applications: html`<rect x="4" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.5"/>`,
  download: html`<path d="M12 4v11m-4.5-4L12 15.5 16.5 11M4.5 19.5h15"/>`,
  lock: html`<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>`,
  globe: html`<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c2.5 2.6 3.8 5.6 3.8 9S14.5 18.4 12 21c-2.5-2.6-3.8-5.6-3.8-9S9.5 5.6 12 3z"/>`,
  cross: html`<path d="m6 6 12 12M18 6 6 18"/>`,
  undo: html`<path d="M8.5 5 4.5 9l4 4"/><path d="M4.5 9H14a5.5 5.5 0 0 1 0 11H9"/>`,
  leave: html`<path d="M10 4.5H6a1.5 1.5 0 0 0-1.5 1.5v12A1.5 1.5 0 0 0 6 19.5h4M15 8l4.5 4-4.5 4M19 12H9.5"/>`,
  back: html`<path d="m14.5 6-6 6 6 6"/>`,
  forward: html`<path d="m9.5 6 6 6-6 6"/>`,
} as const

/** They point in the direction of reading, so right-to-left languages mirror them. */
const mirrored: ReadonlySet<string> = new Set(['back', 'forward', 'leave', 'undo'])

export function icon(name: keyof typeof drawings): Html {
  return html`<svg class="icon${mirrored.has(name) && ' flip'}" viewBox="0 0 24 24" aria-hidden="true">${drawings[name]}</svg>`
}
