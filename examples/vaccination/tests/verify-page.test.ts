import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SignJWT } from 'jose'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPage } from '../src/certificates/page/verify-page.ts'
import type { Database } from '../src/database/database.ts'
import { openDatabase } from '../src/database/open-database.ts'
import { openCentre, owner, publicUrl, type Wired, wire } from './wired-services.ts'

const executablePath = [
  process.env['PROXIMA_TEST_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path))

describe.skipIf(executablePath === undefined)(
  `the page that verifies certificates${executablePath === undefined ? ' (left out: no Chromium here)' : ''}`,
  { tags: ['long'] },
  () => {
    let database: Database
    let wired: Wired
    let folder: string
    let address: string
    let browser: Browser
    let page: Page
    let certificate: string

    beforeAll(async () => {
      database = await openDatabase('sqlite::memory:')
      wired = await wire(database)
      certificate = await certificateOf('<b>Juma</b> Otieno')
      folder = await mkdtemp(join(tmpdir(), 'vaccination-'))
      const file = join(folder, 'verify.html')
      await writeFile(file, verifyPage(publicUrl, wired.signingKey.publicJwk).html)
      address = pathToFileURL(file).href
      // The tests may run as root, for whom Chromium has no sandbox. It opens only our own page.
      browser = await chromium.launch({ executablePath: String(executablePath), args: ['--no-sandbox'] })
      page = await (await browser.newContext({ offline: true })).newPage()
    })

    afterAll(async () => {
      await browser?.close()
      await rm(folder, { recursive: true, force: true })
      await database.close()
    })

    async function certificateOf(name: string): Promise<string> {
      const { services } = wired
      const amina = owner('amina')
      await services.people.register(amina, amina.nationalId)
      const opening = await openCentre(services, 1)
      await services.bookings.book('amina', opening)
      const { centreId } = opening
      const dose = { nationalId: amina.nationalId, vaccine: 'Polio', lot: 'P-17', centreId }
      await services.doses.record('nurse', dose)
      return (await services.certificates.issue({ ...amina, name })).token
    }

    /** Opens the saved page with the token, as a scanned QR code does. */
    async function verdictOf(token: string): Promise<string> {
      await page.goto('about:blank')
      await page.goto(`${address}#${token}`)
      await page.locator('#result[data-verdict]').waitFor()
      return await page.locator('#result').innerText()
    }

    async function forged(change: (jwt: SignJWT) => SignJWT, header: object = {}): Promise<string> {
      const { privateKey, publicJwk } = wired.signingKey
      const jwt = new SignJWT({ name: 'Juma', doses: [] }).setIssuer(publicUrl).setExpirationTime('1h')
      return await change(jwt)
        .setProtectedHeader({ alg: 'ES256', typ: 'vaccination+jwt', kid: String(publicJwk.kid), ...header })
        .sign(privateKey)
    }

    it('shows what a genuine one says, without a network, and runs nothing that is in it', async () => {
      const shown = await verdictOf(certificate)
      expect(shown).toContain('Valid')
      expect(shown).toContain('<b>Juma</b> Otieno')
      expect(shown).toContain('Dose 1: Polio, 2026-11-21')
      expect(shown).not.toContain('Not valid')
    })

    it('reads a certificate that is pasted', async () => {
      await verdictOf('nothing')
      await page.getByLabel('Certificate').fill(`${publicUrl}/verify#${certificate}`)
      await page.getByRole('button').click()
      await page.locator('#result[data-verdict="valid"]').waitFor()
    })

    it('refuses one that was changed', async () => {
      const [header, claims = '', signature] = certificate.split('.')
      const changed = Buffer.from(
        Buffer.from(claims, 'base64url').toString().replace('Polio', 'Mumps'),
      ).toString('base64url')
      expect(await verdictOf(`${header}.${changed}.${signature}`)).toContain('has been changed')
      expect(await verdictOf(`${header}.${claims}.`)).toContain('has been changed')
    })

    it('refuses one of another issuer, key, type, or time, and what is no certificate', async () => {
      expect(await verdictOf(await forged((jwt) => jwt))).toContain('Valid')
      const refusals = {
        'not from this issuer': [
          await forged((jwt) => jwt.setIssuer('https://other.example')),
          await forged((jwt) => jwt, { kid: 'another' }),
          await forged((jwt) => jwt, { typ: 'at+jwt' }),
          `${Buffer.from('{"alg":"none","typ":"vaccination+jwt"}').toString('base64url')}.e30.`,
        ],
        'has expired': [await forged((jwt) => jwt.setExpirationTime(1))],
        'not a certificate': ['one.two.three', 'a text'],
      }
      for (const [reason, tokens] of Object.entries(refusals))
        for (const token of tokens) expect(await verdictOf(token)).toContain(reason)
    })
  },
)
