import { describe, expect, it } from 'vitest'
import { htmlOf } from '../html.ts'
import type { Occasion, Sender } from '../model.ts'
import { accountDeleted } from './account-deleted.ts'
import { accountRestored } from './account-restored.ts'
import { passwordChanged } from './password-changed.ts'
import { refreshReused } from './refresh-reused.ts'
import { registrationReceived } from './registration-received.ts'
import { registrationTaken } from './registration-taken.ts'
import { secretRenewed } from './secret-renewed.ts'
import { usernameChanged } from './username-changed.ts'

const sender = { name: 'Duka', url: 'https://duka.example' }
const occasion: Occasion = {
  at: new Date('2026-11-21T09:04:59.999Z'),
  device: 'Firefox on Linux',
  network: '203.0.113.0/24',
}
const notices = [passwordChanged, secretRenewed, usernameChanged, refreshReused]
const receipt = `pxd_${'A'.repeat(43)}`
const restorableUntil = new Date('2026-11-28T09:00:00Z')
function accountDeletedForGood(from: Sender) {
  return accountDeleted(from, { receipt, restorableUntil: null })
}
function accountDeletedForNow(from: Sender) {
  return accountDeleted(from, { receipt, restorableUntil })
}
const accountNotices = [accountDeletedForGood, accountDeletedForNow, accountRestored]
const templates = [registrationReceived, registrationTaken, ...notices, ...accountNotices]

describe.each(templates.map((template) => [template.name, template] as const))('%s', (_name, template) => {
  const { subject, text, sms } = template(sender, occasion)

  it('names the service, and no other address than its own', () => {
    expect(subject).toContain('Duka')
    for (const wording of [text, sms]) expect(wording).toContain('Duka')
    expect(text.match(/https?:\/\/\S+/g)).toEqual(['https://duka.example'])
    expect(sms).not.toContain('://')
  })

  it('is short enough for one text message of the seven-bit alphabet', () => {
    expect(sms).toMatch(/^[\x20-\x7e]+$/)
    expect(sms.length).toBeLessThanOrEqual(160)
  })

  it('A122: shows a name of the service that looks like markup as it is', () => {
    const hostile = template(
      { name: `<img src=x onerror='a()'> & "Co"`, url: 'https://duka.example' },
      occasion,
    )
    const html = htmlOf(hostile)
    expect(html).not.toContain('<img')
    expect(html).toContain('&lt;img src=x onerror=&#39;a()&#39;&gt; &amp; &quot;Co&quot;')
  })
})

describe.each(notices.map((notice) => [notice.name, notice] as const))('%s', (_name, notice) => {
  it('says when it was and from where, so that its reader can tell whose doing it was', () => {
    const { text } = notice(sender, occasion)
    expect(text).toContain('When: 2026-11-21, 09:04 UTC\nDevice: Firefox on Linux\nNetwork: 203.0.113.0/24')
    expect(notice(sender, { ...occasion, device: null }).text).toContain('Device: not known')
  })

  it('A122: shows a device that looks like markup as it is', () => {
    const html = htmlOf(notice(sender, { ...occasion, device: '<a href="//evil.example">here</a>' }))
    expect(html).not.toContain('<a')
    expect(html).toContain('&lt;a href=&quot;//evil.example&quot;&gt;here&lt;/a&gt;')
  })
})

it('tells who was deleted until when they can come back, and gives them the receipt', () => {
  const { text, sms } = accountDeletedForNow(sender)
  for (const wording of [text, sms]) expect(wording).toContain('2026-11-28, 09:00 UTC')
  expect(text).toContain(receipt)
  expect(accountDeletedForGood(sender).text).toContain('cannot be undone')
})
