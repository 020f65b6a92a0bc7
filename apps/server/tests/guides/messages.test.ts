import { expect, it } from 'vitest'
import { readLanguageFile } from '../../src/features/languages/language-file.ts'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { settingsOf } from '../support/guide-settings.ts'

it('the look of mails in the guide is accepted', () => {
  const settings = settingsOf(guideBlock('mail.md#what-mails-look-like sh'))
  expect(loadConfig(settings)).toMatchObject({
    serviceName: 'Duka',
    brandColor: '#b45309',
    logoUrl: 'https://duka.example/logo.png',
  })
})

it('the providers of text messages in the guide are accepted', () => {
  const urls = guideBlock('mail.md#text-messages sh').matchAll(/^PROXIMA_SMS_URL=(\S+)$/gm)
  const kinds = [...urls].map(([, url = '']) => loadConfig({ PROXIMA_SMS_URL: url }).smsUrl?.kind)
  expect(kinds).toEqual(['twilio', 'africastalking', 'webhook'])
})

it('the language file in the guide is accepted', () => {
  expect(readLanguageFile(guideBlock('mail.md#languages json')).problems).toEqual([])
})
