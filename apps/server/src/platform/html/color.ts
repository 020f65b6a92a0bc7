/** Colours as `#rrggbb`. */

/** Of text, to what is behind it (WCAG 2.2, 1.4.3). */
export const contrastMin = 4.5

/** One of the two always has a contrast of at least 4.58 to 1. */
export function textOn(background: string): string {
  return contrast(background, '#ffffff') >= contrastMin ? '#ffffff' : '#000000'
}

export function mix(color: string, other: string, share: number): string {
  const others = channelsOf(other)
  const mixed = channelsOf(color).map((each, index) => each * (1 - share) + (others[index] ?? 0) * share)
  return `#${mixed.map((each) => Math.round(each).toString(16).padStart(2, '0')).join('')}`
}

/** WCAG 2.2, "contrast ratio". */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** WCAG 2.2, "relative luminance". */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(color).map(linear)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The light of a channel, without the curve of sRGB. */
function linear(channel: number): number {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

function channelsOf(color: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16))
}

export interface Hue {
  /** In degrees. */
  readonly hue: number
  readonly chroma: number
}

/** The hue and the chroma of a colour in OKLCH (CSS Color 4, §9.4 and its sample code). */
export function hueOf(color: string): Hue {
  const [red, green, blue] = channelsOf(color).map(linear)
  const [long, medium, short] = mapped(lmsOfRgb, [red ?? 0, green ?? 0, blue ?? 0]).map(Math.cbrt)
  const [, a = 0, b = 0] = mapped(labOfLms, [long ?? 0, medium ?? 0, short ?? 0])
  return { hue: ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360, chroma: Math.hypot(a, b) }
}

const lmsOfRgb = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
]
const labOfLms = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
]

function mapped(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, factor, index) => sum + factor * (vector[index] ?? 0), 0))
}
