import { Unzip, UnzipInflate } from 'fflate'
import { expect, it } from 'vitest'
import { archiveOf } from './archive.ts'
import { documentOf } from './document.ts'
import type { Section } from './model.ts'
import { pageOf } from './page.ts'

const at = new Date('2026-11-21T09:00:00Z')

/** A list that has no end: who would want all of it before the first byte never gets one. */
function endless(): { section: Section; pagesRead: () => number } {
  let read = 0
  async function* pages() {
    for (;;) {
      read += 1
      yield Array.from({ length: 500 }, (_, index) => ({ page: read, index, at: at.toISOString() }))
    }
  }
  return { section: { name: 'events', pages }, pagesRead: () => read }
}

const makers = {
  document: (section: Section) => documentOf([section]),
  page: (section: Section) => pageOf([section], { title: 'Events', files: [] }),
  archive: (section: Section) => archiveOf([{ name: 'export.json', read: () => documentOf([section]) }], at),
}

it.each(Object.keys(makers) as (keyof typeof makers)[])(
  'I13: the %s is generated only as fast as the client reads it, however large it is',
  async (name) => {
    const { section, pagesRead } = endless()
    const bytes = makers[name](section)
    let taken = 0
    let largest = 0
    for await (const chunk of bytes) {
      taken += chunk.length
      largest = Math.max(largest, chunk.length)
      if (taken > 100_000) break
    }
    const enough = pagesRead()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(pagesRead()).toBe(enough)
    // Of an archive, which is much smaller than what is in it, more than of the others.
    expect(enough).toBeLessThan(300)
    expect(largest).toBeLessThan(200_000)
  },
)

it('is valid JSON, whatever it contains, and even if it is empty', async () => {
  async function* pages() {
    yield [{ text: '"\u2028</script>\u0000' }]
    yield [{ text: '2' }, { text: '3' }]
  }
  async function* none(): AsyncGenerator<object[]> {}
  const sections: Section[] = [
    { name: 'one', value: null },
    { name: 'many', pages },
    { name: 'none', pages: none },
  ]
  expect(JSON.parse(await textOf(documentOf(sections)))).toEqual({
    one: null,
    many: [{ text: '"\u2028</script>\u0000' }, { text: '2' }, { text: '3' }],
    none: [],
  })
})

it('A122: escapes names and values alike on the page', async () => {
  const hostile = { name: '<b>', value: { '<i onclick=x>': ['<u>', { deep: '"><script>' }] } }
  const text = await textOf(pageOf([hostile], { title: '<title>', files: ['a.jpg'] }))
  for (const tag of ['<b>', '<i ', '<u>', '<script>']) expect(text).not.toContain(tag)
  expect(text).toContain('<title>&lt;title&gt;</title>')
  expect(text).toContain('<a href="a.jpg">')
})

it('is an archive of all its files, byte for byte, in which no name leads outside (ASVS 5.3.3)', async () => {
  const picture = new Uint8Array(70_000).map((_, index) => index * 7)
  async function* read() {
    yield picture.slice(0, 1)
    yield picture.slice(1)
  }
  const archive = await bytesOf(archiveOf([{ name: 'picture.webp', read }], at))
  const found: Uint8Array[] = []
  const unzip = new Unzip((file) => {
    file.ondata = (_error, chunk) => found.push(chunk)
    file.start()
  })
  unzip.register(UnzipInflate)
  unzip.push(archive, true)
  expect(Buffer.concat(found).equals(Buffer.from(picture))).toBe(true)
  for (const name of ['../x.txt', '/etc/passwd.txt', 'a/b.txt', 'C:\\x.txt', '.htaccess', 'a\n.txt'])
    await expect(bytesOf(archiveOf([{ name, read }], at))).rejects.toThrow('invalid name')
})

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return (await bytesOf(chunks)).toString()
}
