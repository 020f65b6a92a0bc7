import { hueOf, mix, textOn } from '../../../platform/html/color.ts'

/** What an operator chooses of the look of the pages. */
export interface PageBrand {
  /** As `#rrggbb`; null for the colours of Proxima. */
  readonly color: string | null
  /** In pixels; null for that of Proxima. */
  readonly radiusPixels: number | null
  /** A list of font families; null for that of the device. */
  readonly font: string | null
  /** A stylesheet of the operator, applied last; empty for none. */
  readonly css: string
}

/** More colourful hues would break the contrast of the shades that are made of them. */
const chromaMax = 0.16

/**
 * The style of a brand. Only the main button has its colour as it is, with black or white text, whichever can be read.
 * Links, borders and the focus take its hue at a lightness that always has enough contrast (WCAG 2.2, 1.4.3, 1.4.11).
 */
export function brandCss({ color, radiusPixels, font, css }: PageBrand): string {
  const values = [
    ...(color === null ? [] : colorValues(color)),
    ...(radiusPixels === null ? [] : [`--radius: ${radiusPixels}px`]),
    ...(font === null ? [] : [`--font: ${font}`]),
  ]
  // The second selector is as strong as the one that sets the dark theme.
  const rule = values.length === 0 ? '' : `:root, :root:not([data-theme="light"]) { ${values.join('; ')}; }`
  return [rule, css].filter((part) => part !== '').join('\n')
}

function colorValues(color: string): string[] {
  const { hue, chroma } = hueOf(color)
  const text = textOn(color)
  return [
    `--hue: ${hue.toFixed(1)}`,
    `--chroma: ${Math.min(chroma, chromaMax).toFixed(3)}`,
    `--brand: ${color}`,
    `--brand-hover: ${mix(color, away(text), 0.08)}`,
    `--brand-press: ${mix(color, away(text), 0.16)}`,
    `--on-brand: ${text}`,
  ]
}

/** A shade further from the text only has more contrast. */
function away(text: string): string {
  return text === '#ffffff' ? '#000000' : '#ffffff'
}
