import { describe, expect, it } from 'vitest'
import { mailHtml } from '../mail-html.ts'
import type { MessageText, SecurityContext, Sender } from '../model.ts'
import { addressTemplates, ownerTemplates } from './templates.ts'

const sender = { name: 'Duka', url: 'https://duka.example' }
const context: SecurityContext = {
  at: new Date('2026-11-21T09:04:59.999Z'),
  device: 'Firefox on Linux',
  network: '203.0.113.0/24',
}
const receipt = `pxd_${'A'.repeat(43)}`
const restorableUntil = new Date('2026-11-28T09:00:00Z')

type Write = (from: Sender, context: SecurityContext) => MessageText
const { account_deleted: accountDeleted, ...others } = ownerTemplates
const toOwners: [string, Write][] = [
  ...Object.entries(others).map(([name, template]): [string, Write] => [
    name,
    (from, when) => template('en', { sender: from, context: when }),
  ]),
  ['account_deleted for now', (from, when) => deleted(from, when, restorableUntil)],
  ['account_deleted for good', (from, when) => deleted(from, when, null)],
]
const toAddresses: [string, Write][] = Object.entries(addressTemplates).map(([name, template]) => [
  name,
  (from) => template('en', { sender: from }),
])

function deleted(from: Sender, when: SecurityContext, until: Date | null): MessageText {
  return accountDeleted('en', { sender: from, context: when, receipt, restorableUntil: until })
}

describe.each([...toAddresses, ...toOwners])('%s', (_name, write) => {
  const { subject, text, sms } = write(sender, context)

  it('names the service, and no address but its own', () => {
    for (const each of [subject, text, sms]) expect(each).toContain('Duka')
    expect(text.match(/https?:\/\/\S+/g)).toEqual(['https://duka.example'])
    expect(sms).not.toContain('://')
  })

  it('begins like an English letter', () => {
    expect(text).toMatch(/^Hello,\n\n[A-Z]/)
    expect(sms).toMatch(/^Duka: [A-Z]/)
  })

  it('fits into one text message in the seven-bit alphabet', () => {
    expect(sms).toMatch(/^[\x20-\x7e]+$/)
    expect(sms.length).toBeLessThanOrEqual(160)
  })

  it('A122: shows markup in the name of the service as text', () => {
    const name = `<script>a()</script><img src=x onerror='a()'> & "Co"`
    const html = mailHtml({ ...write({ ...sender, name }, context), locale: 'en' })
    expect(html).not.toMatch(/<img|<script/)
    expect(html).toContain(
      '&lt;script&gt;a()&lt;/script&gt;&lt;img src=x onerror=&#39;a()&#39;&gt; &amp; &quot;Co&quot;',
    )
  })
})

/** An administrator has acted, and their device and network are no business of the owner. */
const byAdministrators = ['password_reset', 'secret_reset']
const byOwners = toOwners.filter(([name]) => !byAdministrators.includes(name))

describe.each(toOwners.filter(([name]) => byAdministrators.includes(name)))('%s', (_name, write) => {
  it('says who acted and when, and not from where', () => {
    const { text } = write(sender, context)
    expect(text).toContain('An administrator of Duka')
    expect(text).toContain('When: 2026-11-21, 09:04 UTC\n')
    expect(text).not.toMatch(/Firefox|203\.0/)
  })
})

describe.each(byOwners)('%s', (_name, write) => {
  it('names the time and the place, so that readers can recognize their own action', () => {
    expect(write(sender, context).text).toContain(
      'When: 2026-11-21, 09:04 UTC\nDevice: Firefox on Linux\nNetwork: 203.0.113.0/24',
    )
    const unknown = write(sender, { ...context, device: null, network: null })
    expect(unknown.text).toContain('Device: unknown\nNetwork: unknown')
  })

  it('A122: shows markup in the name of a device as text', () => {
    const device = '<a href="//evil.example">here</a>'
    const html = mailHtml({ ...write(sender, { ...context, device }), locale: 'en' })
    expect(html).not.toContain('<a')
    expect(html).toContain('&lt;a href=&quot;//evil.example&quot;&gt;here&lt;/a&gt;')
  })
})

it('the message about a deletion names the last day for a restoration, and has the receipt', () => {
  const { text, sms } = deleted(sender, context, restorableUntil)
  for (const each of [text, sms]) expect(each).toContain('2026-11-28, 09:00 UTC')
  expect(text).toContain(receipt)
  expect(deleted(sender, context, null).text).toContain('cannot be undone')
})
