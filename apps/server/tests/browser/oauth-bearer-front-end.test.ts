import { text } from 'node:stream/consumers'
import { jwtVerify } from 'jose'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserNote, hasBrowser, launchBrowser } from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { OldPage, preflightsIn } from '../support/old-front-ends/old-page.ts'
import { hostUrl, type PageServer, serve, servePage } from '../support/old-front-ends/page-server.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const sharedSecret = 'the-secret-that-both-services-had-7f3a09c4'
const password = 'pass123'
const person = {
  name: 'Rahima Begum',
  email: 'rahima@example.com',
  phone_number: '01712345678',
  password,
  // The page sends an empty field as an empty text.
  address: '',
  nid: '19901234567',
}

/** The service beside the old backend: it checks the token itself, and needs both ids as integers. */
function serveVaccines(): Promise<PageServer> {
  return serve('api', async (request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-headers', 'content-type')
    response.setHeader('content-type', 'application/json')
    if (request.method === 'OPTIONS' || request.url === '/openapi.json') {
      response.end('{}')
      return
    }
    const { token } = JSON.parse(await text(request)) as { token: string }
    const verified = await jwtVerify(token, Buffer.from(sharedSecret), { algorithms: ['HS256'] }).catch(
      () => null,
    )
    const { id, role_id } = (verified?.payload ?? {}) as Readonly<Record<string, unknown>>
    const isValid = Number.isInteger(id) && Number.isInteger(role_id)
    response.statusCode = isValid ? 201 : 401
    response.end(JSON.stringify(isValid ? [{ user_id: id }] : { detail: 'no' }))
  })
}

describe.skipIf(!hasBrowser)(
  `the old front ends of oauth-bearer in Chromium${browserNote}`,
  { tags: ['long'] },
  () => {
    let browser: Browser
    let server: TestServer
    let vaccines: PageServer
    const sites: PageServer[] = []
    const fronts: OldPage[] = []
    beforeAll(async () => {
      browser = await launchBrowser()
      vaccines = await serveVaccines()
    })
    beforeEach(async () => {
      const env = {
        PROXIMA_CONTRACTS: 'oauth-bearer',
        PROXIMA_DEFAULT_REGION: 'BD',
        PROXIMA_CONTRACT_OAUTH_BEARER_TOKEN_SECRET: sharedSecret,
        PROXIMA_CONTRACT_TOKEN_AUDIENCE: 'off',
      }
      server = await startTestServer(sqlite, { env })
    })
    afterEach(async () => {
      for (const { page } of fronts.splice(0)) await page.close()
      for (const site of sites.splice(0)) await site.close()
      await server.close()
    })
    afterAll(async () => {
      await browser?.close()
      await vaccines?.close()
    })

    /** Opens the page of users (role 1) or that of administrators (role 2). */
    async function open(role: '1' | '2'): Promise<OldPage> {
      const accounts = hostUrl('auth', new URL(server.url).port)
      const site = await servePage('oauth-bearer.html', { accounts, vaccines: vaccines.url, role })
      sites.push(site)
      const front = await OldPage.open(browser, site.url)
      fronts.push(front)
      return front
    }

    it('lets a person register, sign in again and come back', async () => {
      const front = await open('1')
      // The page asks twice with "Bearer null", and stays where it is.
      expect(await front.said()).toBe('console: status code 401')
      expect(await front.submit('register', person)).toBe('home')
      expect(await front.text('#home strong')).toBe('Rahima Begum')
      expect(await front.text('#id')).toMatch(/^number \d+$/)
      expect(await front.text('#role_id')).toBe('number 1')
      expect(await front.text('#email')).toBe('string rahima@example.com')
      // They never came.
      expect(await front.text('#address')).toBe('undefined undefined')
      expect(await front.text('#phone')).toBe('undefined undefined')
      expect(await front.reload()).toBe('home')
      expect(await front.press('#logout')).toBe('logged out')
      expect(await front.reload()).toBe('console: status code 401')
      expect(await front.submit('login', { email: person.email, password: 'wrong-password' })).toBe(
        'console: status code 400',
      )
      expect(await front.submit('login', { email: person.email, password })).toBe('home')
      // A form needs no preflight.
      expect(preflightsIn(server.log)).toEqual(['/profile', '/create'])
    })

    it('gives the service beside it a token that it can check', async () => {
      const front = await open('1')
      await front.submit('register', person)
      const [, id] = (await front.text('#id')).split(' ')
      expect(await front.press('#vaccines')).toBe(`vaccines of ${id}`)
    })

    it('makes no administrator of a person who asks for it', async () => {
      const front = await open('2')
      expect(await front.submit('register', person)).toBe('not let in')
      expect(await front.text('#role_id')).toBe('number 1')
    })
  },
)
