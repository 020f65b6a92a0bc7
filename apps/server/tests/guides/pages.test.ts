import { expect, it } from 'vitest'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import { returnAddress } from '../../src/platform/kernel/return-address.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { settingsOf } from '../support/guide-settings.ts'

it('the example of a sign-in leads back with the settings of the guide', () => {
  const config = loadConfig(settingsOf(guideBlock('pages.md#sending-people-to-sign-in sh')))
  const address = new URL(guideBlock('pages.md#sending-people-to-sign-in text').trim())
  expect(address.origin).toBe(config.publicUrl)
  const returnTo = address.searchParams.get('return_to') ?? ''
  const rules = { publicUrl: address.origin, returnOrigins: config.returnOrigins }
  expect(returnAddress(returnTo, rules)).toBe('https://app.example.org/home')
})

it('the look of the pages in the guide is accepted', () => {
  expect(loadConfig(settingsOf(guideBlock('pages.md#your-name-and-your-colours sh')))).toMatchObject({
    serviceName: 'Duka',
    brandColor: '#b45309',
    brandRadiusPixels: 6,
    brandFont: '"Source Sans 3", sans-serif',
    termsUrl: 'https://duka.example/terms',
  })
})
