import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { imagePath } from '../../../../tests/support/pictures.ts'
import { startTestServer } from '../../../../tests/support/test-server.ts'
import { initialsOf } from './model.ts'

const nobody = { givenName: null, familyName: null, fullName: null, username: null, email: null }

describe('the initials of a person', () => {
  it.each([
    [{ givenName: 'Amina', familyName: 'Otieno', fullName: 'X' }, 'AO'],
    [{ fullName: 'Amina wa Otieno' }, 'AO'],
    [{ fullName: 'Amina' }, 'A'],
    [{ username: 'baraka7' }, 'B'],
    [{ email: '7@example.com' }, '7'],
    [{ givenName: '“Ada”', familyName: '(Lovelace)' }, 'AL'],
    [{ givenName: 'Ólafur', familyName: 'o\u0308sp' }, 'ÓÖ'],
    [{ fullName: '山田 太郎' }, '山太'],
    [{ fullName: '👩🏽‍🚀', username: '_amina' }, 'A'],
    [{ fullName: 'नि शा' }, 'निशा'],
    [{ fullName: 'ß' }, 'S'],
    [{ fullName: 'ﬁona ßmith' }, 'FS'],
    [{ fullName: 'ǆemal ŉaam' }, 'DN'],
    [{ fullName: 'ʻOnipaʻa' }, 'O'],
    [{}, ''],
  ])('of %j are %s', (named, initials) => {
    expect(initialsOf({ ...nobody, ...named })).toBe(initials)
  })

  it('A119: have nothing that could be markup, however many marks are piled up', () => {
    const piledUp = `a${'\u0301'.repeat(500)}<`
    // A letter that is one character with whatever follows it (UAX #29, Prepend).
    const swallowing = '\u0d4e<'
    for (const hostile of [
      '<script>',
      '&lt;',
      '"onload=x',
      '</text><script>',
      piledUp,
      swallowing,
      '\u202ea',
    ])
      expect(initialsOf({ ...nobody, fullName: hostile, givenName: hostile })).toMatch(
        /^[\p{L}\p{N}\p{M}]{0,10}$/u,
      )
  })
})

describe('without a picture', () => {
  it('A119: shows a placeholder of initials, as an image in which nothing runs, and always the same', async () => {
    const server = await startTestServer(sqlite)
    const amina = await newPerson(server.client)
    const names = { given_name: '<script>Amina', family_name: '"Otieno' }
    await server.client.patch('/v1/me', names, amina)
    const own = await server.client.get(`${imagePath}?size=512&format=jpeg`, amina)
    expect(Object.fromEntries(own.headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-disposition': 'inline; filename="picture-512.svg"',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    })
    expect(own.text).toContain('>SO</text>')
    expect(own.text).not.toContain('script')
    expect(await sharp(own.bytes).metadata()).toMatchObject({ format: 'svg', width: 512, height: 512 })
    const again = await server.client.get(`${imagePath}?size=512`, {
      ...amina,
      headers: { 'if-none-match': own.headers.get('etag') ?? '' },
    })
    expect(again.status).toBe(304)
    const colourOf = (text: string) => /hsl\(\d+/.exec(text)?.[0]
    const colours = new Set([colourOf(own.text)])
    for (let people = 0; people < 4; people++)
      colours.add(colourOf((await server.client.get(imagePath, await newPerson(server.client))).text))
    expect(colours.size).toBeGreaterThan(1)
    expect((await server.client.get('/v1/me/profile', amina)).body.image_url).toBeNull()
    await server.close()
  })
})
