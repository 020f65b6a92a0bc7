import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtIn } from '../../src/features/languages/service.ts'
import { newId } from '../../src/platform/kernel/ids.ts'
import { sqlite } from '../support/engines.ts'
import { linksOf, publicPages } from '../support/hosted-pages.ts'
import { type PageAnswer, PageClient } from '../support/page-client.ts'
import { password } from '../support/password.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** The language that exists to find sentences that no catalogue has (BCP 47, region XA). */
const pseudo = 'en-XA'
const headers = { 'accept-language': pseudo }

let server: TestServer
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proxima-pseudo-'))
  mkdirSync(join(folder, 'locales'))
  writeFileSync(join(folder, 'locales', `${pseudo}.json`), JSON.stringify(bracketed()))
  const env = {
    PROXIMA_DATA_DIR: folder,
    PROXIMA_VERIFICATION: 'optional',
    PROXIMA_TERMS_URL: 'https://example.org/terms',
  }
  server = await startTestServer(sqlite, { env })
})
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The English catalogue, each sentence in brackets. */
function bracketed() {
  const groups = Object.entries(builtIn.en).map(([group, texts]) => {
    const marked = Object.entries(texts).map(([key, text]) => [key, `⟦${text}⟧`] as const)
    return [group, Object.fromEntries(marked)] as const
  })
  return Object.fromEntries(groups)
}

/** What a page shows or reads out outside of brackets. */
function untranslated({ text }: PageAnswer, data: readonly string[]): string {
  const withoutLanguages = text.replace(/<ul class="menu-list nav">[\s\S]*?<\/ul>/g, '')
  const spoken = [
    ...withoutLanguages.matchAll(/ (?:aria-label|alt|title|placeholder|data-busy|data-show)="([^"]*)"/g),
  ]
  const shown = withoutLanguages.replace(/<svg[\s\S]*?<\/svg>/g, '').replaceAll(/<[^>]*>/g, ' ')
  let rest = `${shown} ${spoken.map(([, value]) => value).join(' ')}`
  for (let last = ''; last !== rest; ) {
    last = rest
    rest = rest.replaceAll(/⟦[^⟦⟧]*⟧/g, ' ')
  }
  for (const each of ['Proxima', ...data]) rest = rest.replaceAll(each, ' ')
  return rest.replaceAll(/[\s·\d:]/g, '')
}

const languageName = new Intl.DisplayNames([pseudo], { type: 'language' }).of(pseudo) ?? pseudo
const shownName = languageName.charAt(0).toLocaleUpperCase(pseudo) + languageName.slice(1)

it.each(publicPages)('nothing on %s remains untranslated', async (path) => {
  const page = await new PageClient(server).open(path, headers)
  expect(page.text).toContain('⟦')
  expect(untranslated(page, [shownName])).toBe('')
})

it('nothing on the pages of links remains untranslated', async () => {
  for (const [name, path] of await linksOf(server)) {
    const page = await new PageClient(server).open(path, headers)
    expect(page.status, name).toBe(200)
    expect(untranslated(page, [shownName]), name).toBe('')
  }
})

it('nothing on the answers to forms remains untranslated', async () => {
  const name = `amina-${newId().slice(-12)}`
  const email = `${name}@example.com`
  const browser = new PageClient(server)
  const answers = [
    await browser.send('/sign-in', { identifier: name, password: 'x' }, headers),
    await browser.send('/sign-up', { username: 'a b', email: 'x', password: 'password' }, headers),
    await browser.send('/restore', { identifier: name, password: 'x' }, headers),
    await browser.send('/recover/code', { identifier: name }, headers),
    await browser.send('/recover/verify', { identifier: name, code: '000000' }, headers),
    await browser.send('/sign-up', { nonsense: 'x' }, headers),
  ]
  await browser.send('/sign-up', { username: name, email, password, terms: 'yes' }, headers)
  answers.push(
    await browser.open('/verify/code', headers),
    await browser.send('/verify/code', { channel: 'email', code: '000000' }, headers),
    await browser.send('/verify/send', { channel: 'email' }, headers),
    await browser.open('/sign-out', headers),
  )
  for (const answer of answers) {
    const reference = answer.headers.get('x-request-id') ?? ''
    expect(untranslated(answer, [shownName, email, name, reference]), answer.text).toBe('')
  }
})
