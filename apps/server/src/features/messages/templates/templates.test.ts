import { describe, expect, it } from 'vitest'
import { htmlOf } from '../html.ts'
import { registrationReceived } from './registration-received.ts'
import { registrationTaken } from './registration-taken.ts'

const sender = { name: 'Duka', url: 'https://duka.example' }
const templates = [registrationReceived, registrationTaken]

describe.each(templates.map((template) => [template.name, template] as const))('%s', (_name, template) => {
  const { subject, text, sms } = template(sender)

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
    const hostile = template({ name: `<img src=x onerror='a()'> & "Co"`, url: 'https://duka.example' })
    const html = htmlOf(hostile)
    expect(html).not.toContain('<img')
    expect(html).toContain('&lt;img src=x onerror=&#39;a()&#39;&gt; &amp; &quot;Co&quot;')
  })
})
