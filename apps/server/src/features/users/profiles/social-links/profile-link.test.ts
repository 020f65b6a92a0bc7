import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SocialNetwork, socialNetworks } from '../../../../platform/kernel/social-networks.ts'
import { parseProfileLink } from './profile-link.ts'

type Name = keyof typeof socialNetworks

const names = Object.keys(socialNetworks) as Name[]

/** The URL, or the code of the refusal. */
function outcome(name: Name, text: string): string {
  const parsed = parseProfileLink(text, socialNetworks[name])
  return parsed.ok ? parsed.value : parsed.code
}

/** What is typed or pasted for each URL. */
const accepted: Readonly<Record<Name, Readonly<Record<string, readonly string[]>>>> = {
  linkedin: {
    'https://www.linkedin.com/in/ada': [
      ...['ada', '@ada', 'in/ada', ' in/ada/ ', 'linkedin.com/in/ada', 'https://linkedin.com/in/ada'],
      ...['https://ke.linkedin.com/in/ada/', 'https://www.linkedin.com/in/ada?originalSubdomain=ke#about'],
      ...[
        'https://www.linkedin.com/in/ada/en',
        'https://www.linkedin.com/in/ada/pt-br/',
        'linkedin.com/in/ada/details/skills/',
      ],
    ],
    'https://www.linkedin.com/company/analytical-engines': [
      'company/analytical-engines',
      'https://m.linkedin.com/company/analytical-engines/',
    ],
    'https://www.linkedin.com/in/j%C3%B6rg': ['jörg', 'https://www.linkedin.com/in/j%c3%b6rg'],
  },
  facebook: {
    'https://www.facebook.com/ada.lovelace': [
      ...['ada.lovelace', 'facebook.com/ada.lovelace', 'https://fb.com/ada.lovelace'],
      ...['https://m.facebook.com/ada.lovelace?ref=bookmarks', 'https://de-de.facebook.com/ada.lovelace'],
      'https://www.facebook.com/ada.lovelace/photos',
    ],
    'https://www.facebook.com/profile.php?id=100012345678901': [
      'https://www.facebook.com/people/Ada-Lovelace/100012345678901/',
      'https://www.facebook.com/profile.php?id=100012345678901&sk=about',
      'facebook.com/profile.php?id=100012345678901',
    ],
  },
  github: {
    'https://github.com/ada': [
      ...['ada', '@ada', ' ada\n', 'github.com/ada', 'GitHub.com/ada', 'https://github.com/ada'],
      ...[
        'HTTPS://WWW.GITHUB.COM/ada/',
        'https://github.com:443/ada',
        'https://github.com/ada?tab=stars#top',
      ],
    ],
    'https://github.com/Ada-L': ['Ada-L'],
  },
  instagram: {
    'https://www.instagram.com/ada.lovelace': [
      ...['ada.lovelace', '@ada.lovelace', 'https://instagram.com/ada.lovelace/?igsh=xyz'],
      'https://www.instagram.com/ada.lovelace/reels/',
    ],
  },
  twitter: {
    'https://x.com/ada': [
      ...['ada', '@ada', 'twitter.com/ada', 'https://twitter.com/ada?s=20', 'https://mobile.twitter.com/ada'],
      'https://x.com/ada/with_replies',
    ],
  },
  youtube: {
    'https://www.youtube.com/@ada': [
      ...['ada', '@ada', 'youtube.com/@ada', 'https://m.youtube.com/@ada'],
      ...['https://www.youtube.com/@ada/videos', 'https://youtube.com/@ada/shorts?view=1'],
    ],
    'https://www.youtube.com/channel/UCabcdefghij0123456789_-': [
      'channel/UCabcdefghij0123456789_-',
      'https://youtube.com/channel/UCabcdefghij0123456789_-?sub_confirmation=1',
    ],
    'https://www.youtube.com/c/AdaLovelace': ['c/AdaLovelace', 'https://www.youtube.com/c/AdaLovelace/'],
  },
}

/** What no field takes, for a network whose host is given. */
const refused = (host: string): Readonly<Record<string, readonly string[]>> => ({
  https_needed: [
    ...[`http://${host}/ada`, 'javascript:alert(1)', 'JavaScript:alert(1)', 'data:text/html,<script>'],
    ...[`ftp://${host}/ada`, `https:/${host}/ada`, `https:${host}/ada`, `https:///${host}/ada`, 'vbscript:x'],
  ],
  host_not_allowed: [
    ...['https://evil.example/ada', `https://${host}.evil.example/ada`, `https://evil-${host}/ada`],
    ...[`https://evil.example/${host}/ada`, `https://evil.example?${host}/ada`, `https://${host}:444/ada`],
    ...[
      `https://evil.example#@${host}/ada`,
      'https://127.0.0.1/ada',
      'https://[::1]/ada',
      `https://${host}./ada`,
    ],
  ],
  link_invalid: [
    ...['', '@', '/', '..', `https://${host}`, `https://${host}/`, `//${host}/ada`, `//evil.example/ada`],
    ...[`https://${host}@evil.example/ada`, `https://ada:secret@${host}/ada`, `https://${host}/a/b/c/d`],
    ...['<script>alert(1)</script>', '"onmouseover="alert(1)', 'ada?x=1', 'ada#x', 'ada%00', 'a&b', "ada'"],
    ...[
      `https://${host}/%00`,
      `https://${host}/in%2f..%2f..`,
      `https://${host}/a%0d%0aSet-Cookie:x`,
      'é́/../x',
    ],
  ],
  character_not_allowed: [
    ...['a da', 'ada\r\nSet-Cookie: x=1', 'ada\0', 'ada\u202e', 'a\u200bda', 'java\tscript:alert(1)'],
    ...[`https:\\\\${host}\\ada`, `https://evil.example\\@${host}/ada`, `https://${host}/a\nda`, '\ud800'],
  ],
  too_long: ['a'.repeat(501)],
})

describe.each(names)('a link to %s', (name) => {
  const network: SocialNetwork = socialNetworks[name]

  it.each(Object.entries(accepted[name]))('is %s, however it is given', (url, texts) => {
    for (const text of [...texts, url]) expect(outcome(name, text), text).toBe(url)
  })

  it.each(Object.entries(refused(network.host)))('A122: is refused as %s', (code, texts) => {
    for (const text of texts) expect(outcome(name, text), JSON.stringify(text)).toBe(code)
  })

  it('is refused with a hint if it leads to a profile only when it is opened', () => {
    if (network.shared === undefined) return
    for (const path of ['share/1AbCdEf/', 'share/p/1AbC', 'groups/ada'])
      expect(parseProfileLink(`https://${network.host}/${path}`, network), path).toMatchObject({
        code: 'link_invalid',
        detail: expect.stringContaining('Open it'),
      })
  })

  it('leads to no other network', () => {
    for (const other of names.filter((each) => each !== name))
      for (const url of Object.keys(accepted[other])) expect(outcome(name, url)).toBe('host_not_allowed')
  })

  it('has a refusal that describes the valid forms', () => {
    const parsed = parseProfileLink('https://evil.example/ada', network)
    expect(parsed).toMatchObject({ detail: expect.stringContaining(`https://${network.host}/`) })
  })
})

describe('a link to any network, whatever is typed', () => {
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
      '%00',
      '..',
      '.',
      'javascript:',
    ],
    ...names.flatMap((name) => [socialNetworks[name].host, socialNetworks[name].prefix]),
    ...['evil.example', 'ada', '\r\n', '\t', ' ', '<', '"', "'", '\u202e', 'profile.php?id=', '1', 'é', '٣'],
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom(...names), fc.string({ unit: 'grapheme', maxLength: 40 }))
      .map(([name, path]) => {
        return `https://${socialNetworks[name].host}/${socialNetworks[name].prefix}${path}`
      }),
  )

  it('A122: is plain https to its own host, contains no markup, and is canonical', () => {
    let count = 0
    const property = fc.property(fc.constantFrom(...names), text, (name, typed) => {
      const parsed = parseProfileLink(typed, socialNetworks[name])
      if (!parsed.ok) return
      count += 1
      expect(parsed.value).toMatch(/^[A-Za-z0-9:/?=@%._-]{1,500}$/)
      const url = new URL(parsed.value)
      expect(url.href).toBe(parsed.value)
      expect(url.origin).toBe(`https://${socialNetworks[name].host}`)
      expect(url.pathname.length).toBeGreaterThan(1)
      expect([url.username, url.password, url.hash]).toEqual(['', '', ''])
      expect(outcome(name, parsed.value)).toBe(parsed.value)
    })
    fc.assert(property, { numRuns: 10_000 })
    expect(count).toBeGreaterThan(100)
  })
})
