import { contrast, contrastMin, mix, textOn } from '../../../platform/html/color.ts'

/** The look of the service in its mails. */
export interface Brand {
  /** As `#rrggbb`. */
  readonly color: string
  /** The URL of a picture on the web; null for none. It is the only thing that a mail loads. */
  readonly logoUrl: string | null
}

/** The colours of one theme. Each text has a contrast of at least 4.5 to 1 with what is behind it (WCAG 1.4.3). */
export interface Palette {
  readonly page: string
  readonly box: string
  readonly line: string
  readonly ink: string
  readonly soft: string
  readonly sunken: string
  readonly edge: string
  readonly link: string
  readonly button: string
  readonly onButton: string
}

const light = {
  page: '#f3f7fa',
  box: '#ffffff',
  line: '#d8e1e7',
  ink: '#132129',
  soft: '#4b5b64',
  sunken: '#ecf2f6',
  edge: '#7d8c95',
}
const dark = {
  page: '#0b1115',
  box: '#131b1f',
  line: '#2a343b',
  ink: '#ebeff2',
  soft: '#a9b3b9',
  sunken: '#1b242a',
  edge: '#6e7d86',
}

/** The button has the colour of the brand as it is; links have the nearest shade that can be read on the page. */
export function lightPalette(color: string): Palette {
  const link = readable(color, '#000000', [light.page, light.box])
  return { ...light, link, button: color, onButton: textOn(color) }
}

/** On a dark page, the colour of the brand is made lighter until it can be seen. */
export function darkPalette(color: string): Palette {
  const link = readable(color, '#ffffff', [dark.page, dark.box])
  return { ...dark, link, button: link, onButton: textOn(link) }
}

/** The colour, mixed with as little of `towards` as it needs to be read on each of the backgrounds. */
function readable(color: string, towards: string, backgrounds: readonly string[]): string {
  const shades = Array.from({ length: 20 }, (_, step) => mix(color, towards, step / 20))
  return shades.find((shade) => backgrounds.every((each) => contrast(shade, each) >= contrastMin)) ?? towards
}
