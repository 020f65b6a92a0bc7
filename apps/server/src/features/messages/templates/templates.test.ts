import { describe, expect, it } from 'vitest'
import { locales } from '../../../platform/kernel/locale.ts'
import type { Language } from '../../languages/model.ts'
import { Languages } from '../../languages/service.ts'
import { mailHtml } from '../mail/mail-html.ts'
import { mailText } from '../mail/mail-text.ts'
import type { SecurityContext } from '../model.ts'
import type { MessageData, MessageText } from './template.ts'
import { addressTemplates, ownerTemplates } from './templates.ts'

const sender = { name: 'Duka', url: 'https://duka.example' }
const context: SecurityContext = {
  at: new Date('2026-11-21T09:04:59.999Z'),
  device: { browser: 'Firefox', system: 'Linux' },
  network: '203.0.113.0/24',
}
/** The characters that a text message can have without becoming three times as expensive (3GPP TS 23.038 §6.2.1). */
const sevenBit = /[\x20-\x5f\x61-\x7a£¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§¿äöñüà]/g
const brand = { color: '#00699a', logoUrl: null }
const languages = new Languages({ default: 'en' })
const english = languages.for('en')
const receipt = `pxd_${'A'.repeat(43)}`
const restorableUntil = new Date('2026-11-28T09:00:00Z')

type Write = (language: Language, data: MessageData) => MessageText
const linkToken = `pxl_${'A'.repeat(43)}`
const code = { code: '492039', linkToken, codeMinutes: 10 }
const withMinutes = { ...code, linkMinutes: 60 }
const {
  account_deleted: accountDeleted,
  contact_change_requested: contactChangeRequested,
  contact_changed: contactChanged,
  factor_recovery_waiting: factorRecoveryWaiting,
  new_sign_in: newSignIn,
  recovery_code_used: recoveryCodeUsed,
  recovery_waiting: recoveryWaiting,
  ...others
} = ownerTemplates
const toOwners: [string, Write][] = [
  ...Object.entries(others),
  ['account_deleted for now', (language, data) => deleted(language, data, restorableUntil)],
  ['account_deleted for good', (language, data) => deleted(language, data, null)],
  ...(['email', 'phone_number'] as const).map((kind): [string, Write] => [
    `contact_change_requested for ${kind}`,
    (language, data) => contactChangeRequested(language, { ...data, kind, undo: null }),
  ]),
  ['new_sign_in', (language, data) => newSignIn(language, { ...data, linkToken })],
  ['recovery_code_used', (language, data) => recoveryCodeUsed(language, { ...data, left: 9 })],
  ['contact_changed', (language, data) => contactChanged(language, { ...data, undo: null })],
]
const {
  contact_change: contactChange,
  contact_verification: contactVerification,
  factor_recovery: factorRecovery,
  invitation,
  recovery,
  registration_received: registrationReceived,
  second_factor_code: secondFactorCode,
  sign_in_code: signInCode,
  ...plainTemplates
} = addressTemplates
const toAddresses: [string, Write][] = [
  ...Object.entries(plainTemplates),
  ['contact_change', (language, data) => contactChange(language, { ...data, ...withMinutes })],
  [
    'contact_verification',
    (language, data) => contactVerification(language, { ...data, ...code, linkHours: 24 }),
  ],
  [
    'registration_received',
    (language, data) => registrationReceived(language, { ...data, ...code, linkHours: 24 }),
  ],
  ['factor_recovery', (language, data) => factorRecovery(language, { ...data, ...code })],
  ['second_factor_code', (language, data) => secondFactorCode(language, { ...data, ...withMinutes })],
  ['sign_in_code', (language, data) => signInCode(language, { ...data, ...withMinutes })],
  ['recovery', (language, data) => recovery(language, { ...data, ...withMinutes, isCodeLocked: false })],
]
/** Their text message has a link, which needs the room of a second one. */
const undo = { linkToken, endsAt: restorableUntil }
const withLink: [string, Write][] = [
  [
    'recovery while codes are locked',
    (language, data) => recovery(language, { ...data, ...withMinutes, isCodeLocked: true }),
  ],
  [
    'contact_change_requested with a link',
    (language, data) => contactChangeRequested(language, { ...data, kind: 'email', undo }),
  ],
  ['contact_changed with a link', (language, data) => contactChanged(language, { ...data, undo })],
  [
    'recovery_waiting',
    (language, data) => recoveryWaiting(language, { ...data, linkToken, usableAt: restorableUntil }),
  ],
  [
    'factor_recovery_waiting',
    (language, data) => factorRecoveryWaiting(language, { ...data, linkToken, usableAt: restorableUntil }),
  ],
  ['invitation', (language, data) => invitation(language, { ...data, linkToken, linkHours: 72 })],
]

function deleted(language: Language, data: MessageData, until: Date | null): MessageText {
  return accountDeleted(language, { ...data, receipt, restorableUntil: until })
}

function htmlOf({ preview, ...message }: MessageText, locale = 'en', from = sender): string {
  return mailHtml({ ...message, preview: preview ?? null, locale }, { sender: from, brand })
}

describe.each([...toAddresses, ...toOwners, ...withLink])('%s', (name, write) => {
  const hasLink = withLink.some(([each]) => each === name)
  const message = write(english, { sender, context })
  const { subject, sms } = message
  const text = mailText(message, sender)

  it('names the service, and no address but its own', () => {
    for (const each of [subject, text, sms]) expect(each).toContain('Duka')
    for (const link of text.match(/https?:\/\/\S+/g) ?? [])
      expect(link).toMatch(
        /^https:\/\/duka\.example(?:\/(?:verify|invitation|verify\/change|undo|recover|sign-in\/link|recover\/cancel|recover\/factor|not-me)\?token=pxl_\w+)?$/,
      )
    expect(sms.includes('://')).toBe(hasLink)
  })

  it('says the same in the text as in the HTML', () => {
    const shown = htmlOf(message)
      .replace(/<style>[\s\S]*<\/style>/, '')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
    // In the HTML, a hint stands between the label of a button and its address.
    const links = text.match(/https:\S+/g) ?? []
    for (const link of links.slice(0, -1)) expect(shown).toContain(link)
    const words = text.replaceAll(/\nhttps:\S+\n/g, '.\n').replaceAll(/\s+/g, ' ')
    for (const sentence of words.split(/(?<=[.:]) /))
      expect(shown).toContain(sentence.trim().replace(/\.$/, ''))
  })

  it.each(['en', 'fr', 'sw', 'ro'])('fits into one text message in the seven-bit alphabet (%s)', (locale) => {
    const { sms } = write(languages.for(locale), { sender, context })
    expect(sms).toMatch(/^Duka: [\x20-\x7eÀ-ÿ]+$/)
    expect(sms.replaceAll(sevenBit, '')).toBe('')
    expect(sms.length).toBeLessThanOrEqual(hasLink ? 2 * 153 : 160)
  })

  it.each(['bn', 'ar'])('fits into three text messages in sixteen bits (%s)', (locale) => {
    const { sms } = write(languages.for(locale), { sender, context })
    expect(sms.length).toBeLessThanOrEqual((hasLink ? 4 : 3) * 67)
  })

  it.each(locales)('is one message in one language, without gaps (%s)', (locale) => {
    const language = languages.for(locale)
    const each = write(language, { sender, context })
    const texts = [each.subject, mailText(each, sender), each.sms]
    for (const said of texts) expect(said).not.toMatch(/[{}]|undefined|null/)
    if (locale !== 'en') expect(texts).not.toEqual([subject, text, sms])
    const html = htmlOf(each, locale)
    expect(html).toContain(`<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`)
    for (const link of html.match(/(?:href|src)="[^"]*"/g) ?? [])
      expect(link).toMatch(/^href="https:\/\/duka\.example(?:\/[a-z/-]+\?token=pxl_\w+)?"$/)
  })

  it.each(locales)('A122: shows markup in the name of the service as text (%s)', (locale) => {
    const name = `<script>a()</script><img src=x onerror='a()'> & "Co"`
    const from = { ...sender, name }
    const html = htmlOf(write(languages.for(locale), { sender: from, context }), locale, from)
    expect(html).not.toMatch(/<img|<script/)
    expect(html).toContain(
      '&lt;script&gt;a()&lt;/script&gt;&lt;img src=x onerror=&#39;a()&#39;&gt; &amp; &quot;Co&quot;',
    )
  })
})

/** An administrator has acted, and their device and network are no business of the owner. */
const byAdministrators = [
  'account_reinstated',
  'account_viewed',
  'accounts_merged',
  'password_reset',
  'secret_reset',
]
const byOwners = toOwners.filter(([name]) => !byAdministrators.includes(name))

describe.each(toOwners.filter(([name]) => byAdministrators.includes(name)))('%s', (_name, write) => {
  it('says who acted and when, and not from where', () => {
    const text = mailText(write(english, { sender, context }), sender)
    expect(text).toContain('An administrator of Duka')
    expect(text).toContain('When: 21 November 2026 at 09:04 UTC\n')
    expect(text).not.toMatch(/Firefox|203\.0/)
  })
})

describe.each(byOwners)('%s', (_name, write) => {
  it('names the time and the place, so that readers can recognize their own action', () => {
    expect(mailText(write(english, { sender, context }), sender)).toContain(
      'When: 21 November 2026 at 09:04 UTC\nDevice: Firefox on Linux\nNetwork: 203.0.113.0/24',
    )
    const nothing = { ...context, device: { browser: null, system: null }, network: null }
    const unknown = write(english, { sender, context: nothing })
    expect(mailText(unknown, sender)).toContain('Device: unknown\nNetwork: unknown')
  })

  it('A122: shows markup in the name of a device as text', () => {
    const device = { browser: '<a href="//evil.example">here</a>', system: null }
    const html = htmlOf(write(english, { sender, context: { ...context, device } }))
    expect(html).not.toContain('<a href="//')
    expect(html).toContain('&lt;a href=&quot;//evil.example&quot;&gt;here&lt;/a&gt;')
  })
})

it('the message about a deletion names the last day for a restoration, and has the receipt', () => {
  const data = { sender, context }
  const message = deleted(english, data, restorableUntil)
  const text = mailText(message, sender)
  for (const each of [text, message.sms]) expect(each).toContain('28 November 2026 at 09:00 UTC')
  expect(text).toContain(receipt)
  expect(mailText(deleted(english, data, null), sender)).toContain('cannot be undone')
})
