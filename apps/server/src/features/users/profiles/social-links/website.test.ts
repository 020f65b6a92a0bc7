import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWebsite } from './website.ts'

/** The URL, or the code of the refusal. */
function outcome(text: string): string {
  const parsed = parseWebsite(text)
  return parsed.ok ? parsed.value : parsed.code
}

describe('a website', () => {
  it('is an https URL, kept in canonical form', () => {
    const kept: Record<string, string> = {
      'https://ada.example': 'https://ada.example',
      'https://ada.example/': 'https://ada.example/',
      ' ada.example ': 'https://ada.example',
      'www.ada.example/about': 'https://www.ada.example/about',
      'HTTPS://Ada.Example/Über?q=1#Top': 'https://ada.example/%C3%9Cber?q=1#Top',
      'https://ada.example:443/a/../b': 'https://ada.example/b',
      'https://ada.example:8443': 'https://ada.example:8443',
      'https://bücher.example/': 'https://xn--bcher-kva.example/',
      'https://президент.рф': 'https://xn--d1abbgf6aiiy.xn--p1ai',
      'https://my_page.ada.example/~ada': 'https://my_page.ada.example/~ada',
    }
    for (const [text, url] of Object.entries(kept)) {
      expect(outcome(text), text).toBe(url)
      expect(outcome(url), text).toBe(url)
    }
  })

  it.each(
    Object.entries({
      https_needed: [
        ...[
          'http://ada.example',
          'javascript:alert(1)',
          'JAVASCRIPT://ada.example/%0aalert(1)',
          'data:text/html,x',
        ],
        ...[
          'ftp://ada.example',
          'https:ada.example',
          'https:/ada.example',
          'https:///ada.example',
          'mailto:a@b.example',
        ],
        ...['//ada.example', 'file:///etc/passwd', ''],
      ],
      host_not_allowed: [
        ...[
          'https://localhost',
          'https://localhost:8443/x',
          'https://app.localhost',
          'https://router',
          'ada',
          '@ada',
        ],
        ...['https://printer.local', 'https://db.internal', 'https://nas.home.arpa', 'https://ada.example.'],
        ...[
          'https://127.0.0.1',
          'https://2130706433',
          'https://0x7f.1',
          'https://017700000001',
          'https://10.1',
        ],
        ...['https://[::1]', 'https://[::ffff:127.0.0.1]/', 'https://１２７.０.０.１', '192.168.0.1'],
      ],
      link_invalid: [
        ...['https://ada@ada.example', 'https://google.com:x@ada.example', 'ada@ada.example'],
        ...[
          'https://ada.example:99999',
          'https://a%20b.example',
          'https://1.2.3.4.5',
          'https://ada.example:x',
        ],
      ],
      character_not_allowed: [
        ...[
          'https://ada.example/a b',
          'https://ada.example/\r\nSet-Cookie: x',
          'https://ada.example\\@b.example',
        ],
        ...[
          'https://ada.example/\u202egpj.exe',
          'https://a\u00adda.example',
          'https://ada.example/\0',
          '\ud800',
        ],
      ],
      too_long: [`https://ada.example/${'a'.repeat(481)}`, `https://ada.example/${'é'.repeat(200)}`],
    }),
  )('A122: is refused as %s', (code, texts) => {
    for (const text of texts) expect(outcome(text), JSON.stringify(text)).toBe(code)
  })

  it('A122: is plain https to a public name, and canonical, whatever is typed', () => {
    const pieces = fc.constantFrom(
      ...[
        'https://',
        'http:',
        '//',
        '/',
        '\\',
        '@',
        ':',
        '?',
        '#',
        '%',
        '%2f',
        '..',
        '.',
        'javascript:',
        '[::1]',
      ],
      ...[
        'ada.example',
        'bücher',
        'xn--',
        'localhost',
        '127.1',
        '\r\n',
        '\t',
        ' ',
        '<',
        '"',
        "'",
        '`',
        '\u202e',
        '1',
      ],
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl({ withQueryParameters: true, withFragments: true, validSchemes: ['https', 'http'] }),
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme' }).map((path) => `ada.example/${path}`),
    )
    let count = 0
    const property = fc.property(text, (typed) => {
      const parsed = parseWebsite(typed)
      if (!parsed.ok) return
      count += 1
      expect(parsed.value).toMatch(/^https:\/\/[a-z0-9_.-]+(?::\d+)?(?:[/?#][\x21-\x7e]*)?$/)
      expect(parsed.value).not.toMatch(/[<>"\\]/)
      const url = new URL(parsed.value)
      expect([url.protocol, url.username, url.password]).toEqual(['https:', '', ''])
      expect(url.hostname).toMatch(/\.[a-z0-9-]*[a-z][a-z0-9-]*$/)
      expect(outcome(parsed.value)).toBe(parsed.value)
    })
    fc.assert(property, { numRuns: 10_000 })
    expect(count).toBeGreaterThan(100)
  })
})
