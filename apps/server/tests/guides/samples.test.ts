/** @module-tag long */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { settings as knownSettings } from '../../src/platform/config/settings.ts'
import { sqlite } from '../support/engines.ts'
import { guideBlock, repository } from '../support/guide-blocks.ts'
import { newPerson } from '../support/people.ts'

import { findProgram } from '../support/programs.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const deployed = (name: string) => readFileSync(join(repository, 'deploy', name), 'utf8')
const settingNames = new Set<string>(Object.values(knownSettings).map(({ name }) => name))

function expectKnown(names: readonly string[]): void {
  // A setting may have a name that itself ends like this.
  const ownName = (name: string) => (settingNames.has(name) ? name : name.replace(/_FILE$/, ''))
  for (const name of names) expect([...settingNames], name).toContain(ownName(name))
}

describe('the settings that the guides and the deployment files name', () => {
  it('exist', () => {
    const folder = join(repository, 'docs/guides')
    const guides = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
    const files = ['Dockerfile', 'compose.yaml', 'proxima.service', 'proxima', 'proxima@.service.d/port.conf']
    const text = [
      ...guides,
      ...files.map(deployed),
      readFileSync(join(repository, 'README.md'), 'utf8'),
    ].join('\n')
    const names = [...text.matchAll(/\bPROXIMA_[A-Z0-9_]+[A-Z0-9]\b/g)].map(([name]) => name)
    expectKnown([...new Set(names)].filter((name) => !name.startsWith('PROXIMA_TEST_')))
  })
})

describe.skipIf(findProgram('systemd-analyze') === null)('the systemd unit (needs systemd-analyze)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxima-unit-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(['proxima.service', 'proxima@4001.service'])('%s is valid', (instance) => {
    const file = instance.replace(/@.*\./, '@.')
    const unit = deployed('proxima.service').replace('/opt/proxima/node_modules/.bin/node', process.execPath)
    writeFileSync(
      join(folder, file),
      unit.replace('WorkingDirectory=/opt/proxima', `WorkingDirectory=${folder}`),
    )
    mkdirSync(join(folder, `${file}.d`), { recursive: true })
    writeFileSync(join(folder, `${file}.d`, 'port.conf'), deployed('proxima@.service.d/port.conf'))
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', join(folder, instance)], {
      encoding: 'utf8',
    })
    // Other units of the machine are also looked at, and are not ours.
    const ours = stderr.split('\n').filter((line) => line.includes('proxima'))
    expect([status, ours]).toEqual([0, []])
  })
})

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly environment?: Readonly<Record<string, string>>
        readonly secrets?: readonly string[]
        readonly volumes?: readonly string[]
        readonly networks?: readonly string[]
        readonly ports?: readonly string[]
        readonly depends_on?: object
      }
    >
  >
  readonly secrets: object
  readonly volumes: object
  readonly networks: object
}

// `docker compose config` is not in Debian. This checks what it would find, and what it would not.
describe('deploy/compose.yaml', () => {
  const text = deployed('compose.yaml')
  const compose = parse(text) as Compose
  const services = Object.entries(compose.services)

  it('names only secrets, volumes, networks and services that it defines', () => {
    for (const [, { secrets = [], volumes = [], networks = [], depends_on: needs = {} }] of services) {
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining([...secrets]))
      expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining([...networks]))
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(needs)))
      for (const volume of volumes) {
        const [source = ''] = volume.split(':')
        if (source.startsWith('.')) expect(existsSync(join(repository, 'deploy', source)), source).toBe(true)
        else expect(Object.keys(compose.volumes)).toContain(source)
      }
    }
  })

  it('reads only secrets that it mounts, and reaches the server from this machine only', () => {
    for (const [, { environment = {}, secrets = [], ports = [] }] of services) {
      for (const [, name] of JSON.stringify(environment).matchAll(/\/run\/secrets\/(\w+)/g))
        expect(secrets).toContain(name)
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
    }
  })

  it('needs only variables and files that the guide creates', () => {
    const block = guideBlock('production.md#docker sh 2')
    for (const [, name = ''] of text.matchAll(/\$\{(\w+):\?/g)) expect(block).toContain(`${name}=`)
    for (const [, name = ''] of text.matchAll(/\}\/([\w-]+)$/gm))
      expect(block).toContain(`"$SECRETS_DIR/${name}"`)
  })
})

describe('the scrape configuration for Prometheus', () => {
  it('is YAML with the members that Prometheus knows', () => {
    const { scrape_configs: jobs } = parse(guideBlock('observability.md#metrics yaml')) as {
      scrape_configs: Record<string, unknown>[]
    }
    expect(jobs).toEqual([
      {
        job_name: 'proxima',
        scrape_interval: expect.stringMatching(/^\d+s$/),
        static_configs: [{ targets: [expect.stringMatching(/^[\d.]+:\d+$/)] }],
        authorization: { credentials_file: expect.stringMatching(/^\//) },
      },
    ])
  })
})

const lines = (text: string) => text.trim().split('\n')

describe('the folders in the README', () => {
  it('exist', () => {
    let parent = ''
    for (const line of lines(guideBlock('README.md#the-repository text'))) {
      const [, indent = '', name = ''] = /^( *)(\S+)/.exec(line) ?? []
      if (indent === '') parent = name
      expect(existsSync(join(repository, indent === '' ? '' : parent, name)), line).toBe(true)
    }
  })
})

describe('what the guides show of the API', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { PROXIMA_DEFAULT_REGION: 'KE' } })
  })
  afterAll(async () => await server?.close())

  it('is the answer to a username with a space', async () => {
    const { body } = await server.client.register({ username: 'amina odhiambo' })
    const shown = JSON.parse(guideBlock('identifiers.md#usernames-email-addresses-and-phone-numbers json'))
    expect(body.errors).toEqual([shown])
  })

  it('is one phone number in several forms', async () => {
    // Behind two spaces, the guide says something about the form.
    const forms = lines(guideBlock('identifiers.md#phone-numbers text')).map((line) =>
      line.replace(/ {2,}.*/, ''),
    )
    const { body } = await server.client.register({ phone_number: forms[0] })
    expect(body.phone_number).toMatch(/^\+\d+$/)
    for (const phone_number of forms.slice(1)) {
      const again = await server.client.register({ phone_number })
      expect([phone_number, again.body.code]).toEqual([phone_number, 'phone_number_taken'])
    }
  })

  it('is a profile that the server stores', async () => {
    const { token } = await newPerson(server.client)
    const profile = JSON.parse(guideBlock('profile.md#profiles json')) as object
    const { image_url: _, country_name: __, ...given } = profile as Record<string, unknown>
    const { status, text, body } = await server.client.patch('/v1/me/profile', given, { token })
    expect(status, text).toBe(200)
    expect(body).toEqual(profile)
  })

  it('is a deletion and its receipt', async () => {
    const { token, secret } = await newPerson(server.client)
    const deleted = await server.client.send('DELETE', '/v1/me', JSON.stringify({ user_secret: secret }), {
      token,
    })
    expect(deleted.status, deleted.text).toBe(202)
    const shown = JSON.parse(guideBlock('leaving.md#deleting-the-account json')) as object
    expect(Object.keys(deleted.body as object)).toEqual(Object.keys(shown))
    const [request = '', answer = ''] = lines(guideBlock('leaving.md#the-receipt text'))
    const path = request.replace('GET ', '').replace('pxd_…', String(deleted.body.receipt))
    const state = await server.client.get(path)
    expect(Object.keys(state.body as object)).toEqual(Object.keys(JSON.parse(answer) as object))
  })
})
