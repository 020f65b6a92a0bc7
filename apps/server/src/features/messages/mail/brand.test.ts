import { describe, expect, it } from 'vitest'
import { contrast } from '../../../platform/html/color.ts'
import { darkPalette, lightPalette, type Palette } from './brand.ts'

const textMin = 4.5

function pairsOf({ page, box, sunken, ink, soft, link, button, onButton }: Palette): [string, string][] {
  const onSurfaces = [ink, soft, link].flatMap((text): [string, string][] => [
    [text, page],
    [text, box],
  ])
  return [...onSurfaces, [ink, sunken], [onButton, button]]
}

describe('the colours of a mail', () => {
  it('can be read for any colour of the brand, in light and in dark mode (WCAG 2.2, 1.4.3)', () => {
    const steps = ['00', '33', '66', '80', '99', 'cc', 'ff']
    const colors = steps.flatMap((red) =>
      steps.flatMap((green) => steps.map((blue) => `#${red}${green}${blue}`)),
    )
    const palettes = colors.flatMap((color) => [lightPalette(color), darkPalette(color)])
    for (const [text, background] of palettes.flatMap(pairsOf))
      expect(contrast(text, background), `${text} on ${background}`).toBeGreaterThan(textMin)
  })

  it('have the colour of the brand where it can be read', () => {
    expect(lightPalette('#00699a')).toMatchObject({ button: '#00699a', onButton: '#ffffff', link: '#00699a' })
    expect(lightPalette('#ffd500')).toMatchObject({ button: '#ffd500', onButton: '#000000' })
    expect(darkPalette('#00699a').button).not.toBe('#00699a')
  })
})

it.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#000000', 21],
  ['#777777', '#ffffff', 4.48],
  ['#00ff00', '#00ff00', 1],
])('the contrast of %s and %s is %d', (one, other, ratio) => {
  expect(contrast(one, other)).toBeCloseTo(ratio, 2)
})
