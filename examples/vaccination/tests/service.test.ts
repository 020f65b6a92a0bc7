import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createRemoteJWKSet, decodeJwt, importJWK, type JWK, jwtVerify } from 'jose'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  accessibilityProblems,
  browserNote,
  hasBrowser,
  launchBrowser,
} from '../../../apps/server/tests/support/browser.ts'
import { Programs } from '../../start/programs.ts'
import { type StartedExample, startExample } from '../../start/start-example.ts'
import { type Caller, until } from '../../start/tests/caller.ts'
import { implementations } from './implementations.ts'
import { type Calls, People, type Person } from './people.ts'

const anyPort = { port: 0, accountsPort: 0 }
const today = new Date().toISOString().slice(0, 10)
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)

describe.each(implementations)(
  'the service in $title beside Proxima',
  { tags: ['long'] },
  ({ example, isMissing }) => {
    const programs = new Programs()
    const it = test.skipIf(isMissing)
    let folder = ''
    let started: StartedExample
    let people: People
    let planner: Caller
    let nurse: Caller

    beforeAll(async () => {
      if (isMissing) return
      folder = await mkdtemp(join(tmpdir(), 'vaccination-'))
      started = await startExample(example, { dataFolder: folder, ...anyPort }, programs)
      people = new People(started)
      planner = (await people.withRole('planner')).service
      nurse = (await people.withRole('nurse')).service
    })

    afterAll(async () => {
      await programs.stop()
      if (folder !== '') await rm(folder, { recursive: true, force: true })
    })

    async function openCentre(places: number, day = tomorrow): Promise<{ centre_id: string; day: string }> {
      const { body } = await planner.send('POST', '/v1/centres', {
        name: 'Riverside',
        address: '1 Quay Road',
      })
      await planner.send('PUT', `/v1/centres/${body.id}/openings`, { day, places })
      return { centre_id: body.id, day }
    }

    async function placesLeft(centreId: string): Promise<number> {
      const { body } = await people.anyone.service.send('GET', '/v1/openings')
      const openings: readonly { centre: { id: string }; places_left: number }[] = body.data
      return openings.find(({ centre }) => centre.id === centreId)?.places_left ?? -1
    }

    /** Registers, books and gets a dose. */
    async function vaccinate({ nationalId, service }: Person & Calls) {
      await service.send('POST', '/v1/me', { national_id: nationalId })
      const opening = await openCentre(3, today)
      await service.send('POST', '/v1/me/booking', opening)
      const dose = { national_id: nationalId, centre_id: opening.centre_id, vaccine: 'Polio', lot: 'P-17' }
      return await nurse.send('POST', '/v1/doses', dose)
    }

    /** Everything that the service has stored, also in the log of SQLite. */
    async function storedBytes(): Promise<string> {
      const names = (await readdir(folder)).filter((name) => name.startsWith('vaccination.sqlite'))
      const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')))
      return files.join('')
    }

    function rows(sql: string) {
      const database = new DatabaseSync(join(folder, 'vaccination.sqlite'), { readOnly: true })
      try {
        return database.prepare(sql).all()
      } finally {
        database.close()
      }
    }

    it('registers those whose contact is confirmed, under the national id of their account', async () => {
      const person = await people.register()
      const body = { national_id: person.nationalId }
      const calls = await people.signIn(person)
      expect((await calls.service.send('POST', '/v1/me', body)).body.code).toBe('contact_not_verified')
      await people.confirmEmail(person, calls)
      const { service } = await people.signIn(person)
      const wrong = await service.send('POST', '/v1/me', { national_id: 'another 1' })
      expect([wrong.status, wrong.body.code]).toEqual([403, 'national_id_mismatch'])
      const registered = await service.send('POST', '/v1/me', body)
      expect([registered.status, (await service.send('GET', '/v1/me')).body]).toEqual([201, registered.body])
      expect(await storedBytes()).not.toContain(person.nationalId)
    })

    it('goes from the registration to a certificate', async () => {
      const person = await people.verified()
      const dose = await vaccinate(person)
      expect([dose.status, dose.body]).toMatchObject([201, { number: 1, vaccine: 'Polio', day: today }])
      expect((await person.service.send('GET', '/v1/me/doses')).body.data).toEqual([dose.body])
      const { body } = await person.service.send('GET', '/v1/me/certificate')
      expect(body.url).toBe(`${started.url}/verify#${body.certificate}`)
      expect(body.qr_svg).toMatch(/^<svg .*<\/svg>$/)
      const claims = decodeJwt(String(body.certificate))
      expect(claims).toMatchObject({
        iss: started.url,
        name: 'Juma Otieno',
        doses: [{ number: 1, vaccine: 'Polio', day: today }],
      })
      expect(JSON.stringify(claims)).not.toContain(person.nationalId)
    })

    it('publishes a page with the public key, which may load and call nothing', async () => {
      const page = await fetch(`${started.url}/verify`)
      const policy = page.headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-/)
      const person = await people.verified()
      await vaccinate(person)
      const certificate = String((await person.service.send('GET', '/v1/me/certificate')).body.certificate)
      const settings = /id="settings">(.*)<\/script>/.exec(await page.text())?.[1] ?? '{}'
      const { issuer, keys } = JSON.parse(settings) as { issuer: string; keys: [JWK] }
      await jwtVerify(certificate, await importJWK(keys[0], 'ES256'), { issuer, typ: 'vaccination+jwt' })
      expect(keys[0]).not.toHaveProperty('d')
      // The keys of Proxima are others: its tokens are no certificates, and the other way round.
      const jwks = createRemoteJWKSet(new URL(`${started.accountsUrl}/.well-known/jwks.json`))
      await expect(jwtVerify(certificate, jwks)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
    })

    test.skipIf(isMissing || !hasBrowser)(
      `verifies in Chromium what the QR code leads to${browserNote}`,
      async () => {
        const person = await people.verified()
        await vaccinate(person)
        const { url } = (await person.service.send('GET', '/v1/me/certificate')).body
        const browser = await launchBrowser()
        try {
          const page = await browser.newPage()
          await page.goto(String(url))
          await page.locator('#result[data-verdict="valid"]').waitFor()
          expect(await page.locator('#result').innerText()).toContain('Juma Otieno')
          expect(await accessibilityProblems(page)).toEqual([])
        } finally {
          await browser.close()
        }
      },
    )

    it('lets only staff record doses and plan places, and no one in without a token', async () => {
      const { service } = await people.verified()
      const { centre_id: centreId } = await openCentre(1)
      const dose = { national_id: 'x123', centre_id: centreId, vaccine: 'Polio', lot: 'P-17' }
      for (const caller of [service, planner])
        expect((await caller.send('POST', '/v1/doses', dose)).status).toBe(403)
      for (const caller of [service, nurse])
        expect((await caller.send('POST', '/v1/centres', { name: 'Mine', address: 'here' })).status).toBe(403)
      const anonymous = await people.anyone.service.send('POST', '/v1/doses', dose)
      expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    })

    it('answers what it cannot read as a problem', async () => {
      const invalid = await nurse.send('POST', '/v1/doses', { vaccine: 7, extra: true })
      expect([invalid.status, invalid.body.code]).toEqual([422, 'validation_failed'])
      expect(invalid.body.errors.length).toBeGreaterThan(0)
      const noJson = await fetch(`${started.url}/v1/me`, {
        method: 'POST',
        headers: { authorization: `Bearer ${nurse.credential}`, 'content-type': 'application/json' },
        body: '{',
      })
      expect([noJson.status, await noJson.json()]).toMatchObject([400, { code: 'malformed_request' }])
      expect((await nurse.send('GET', '/v1/nothing')).body.code).toBe('not_found')
    })

    it('anonymises what it has about a user who deletes the account', async () => {
      const person = await people.verified()
      await vaccinate(person)
      const opening = await openCentre(1)
      await person.service.send('POST', '/v1/me/booking', opening)
      expect(await placesLeft(opening.centre_id)).toBe(0)
      const [before] = rows(`SELECT id FROM people WHERE account_id = '${person.id}'`)
      const answer = await person.accounts.send('DELETE', '/v1/me', { user_secret: person.userSecret })
      expect(answer.status).toBe(202)

      await until(async () => (await placesLeft(opening.centre_id)) === 1)
      const [after] = rows(`SELECT * FROM people WHERE id = '${String(before?.['id'])}'`)
      expect(after).toMatchObject({ account_id: null, national_id_digest: null })
      expect(rows(`SELECT vaccine FROM doses WHERE person_id = '${String(before?.['id'])}'`)).toEqual([
        { vaccine: 'Polio' },
      ])
      await until(async () => (await person.service.send('GET', '/v1/me')).status === 401)
    })

    it('believes no event that Proxima has not signed', async () => {
      const person = await people.verified()
      await vaccinate(person)
      const body = JSON.stringify({ id: 'event-1', type: 'user.deleted', data: { user_id: person.id } })
      const send = async (secret: string) => {
        const at = new Date()
        const headers = {
          'content-type': 'application/json',
          'webhook-id': 'event-1',
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': new Webhook(secret).sign('event-1', at, body),
        }
        return (await fetch(`${started.url}/webhooks/proxima`, { method: 'POST', headers, body })).status
      }
      expect(await send(`whsec_${Buffer.alloc(32).toString('base64')}`)).toBe(400)
      expect((await person.service.send('GET', '/v1/me')).status).toBe(200)
      // The same event with the right signature is accepted, so the signature made the difference.
      expect(await send(started.credentials.webhookSecret)).toBe(204)
      expect((await person.service.send('GET', '/v1/me')).status).toBe(404)
    })
  },
)
