import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { endLeftovers, freshFolder, hasCurl, proxima, startProxima } from '../support/process.ts'

/** The rights of a file, as `chmod` takes them. */
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

let folder: Awaited<ReturnType<typeof freshFolder>>
beforeAll(async () => {
  folder = await freshFolder()
})
afterEach(endLeftovers)
afterAll(async () => await folder.remove())

describe('a first start, with nothing but a folder', () => {
  it('shows its address and its data folder, and only the owner can read the data', async () => {
    const dataDir = join(folder.path, 'first')
    const { process, url, client } = await startProxima({ PROXIMA_DATA_DIR: dataDir })
    await process.printed(/curl/)
    expect(process.stdout).toContain(`listening on ${url}\n`)
    expect(process.stdout).toContain(`Your data is in         ${join(dataDir, 'proxima.sqlite')}`)
    expect(process.stdout).toMatch(/open this to make one:\n +http\S+\/setup\?token=pxl_/)
    expect(await modeOf(dataDir)).toBe('700')
    await client.register({ username: 'amina' })
    const files = (await readdir(dataDir)).filter((name) => name !== 'pictures')
    expect(files).toEqual(expect.arrayContaining(['proxima.sqlite', 'secret']))
    for (const name of files) expect([name, await modeOf(join(dataDir, name))]).toEqual([name, '600'])
    expect(process.stderr).toBe('')
  })

  it.skipIf(!hasCurl)('prints a curl command that works unchanged (needs curl)', async () => {
    const { process } = await startProxima({ PROXIMA_DATA_DIR: join(folder.path, 'curl') })
    const [, command = ''] = await process.printed(/^ +(curl .*)\n/m)
    const { stdout, status } = spawnSync('sh', ['-c', `${command} --silent --write-out '\n%{http_code}'`])
    const [body = '', code] = stdout.toString().split('\n')
    expect([status, code]).toEqual([0, '201'])
    expect(JSON.parse(body)).toMatchObject({ username: 'zawadi', full_name: 'Zawadi Otieno' })
  })

  it('keeps accounts, key and sessions at the second start', async () => {
    const settings = {
      PROXIMA_DATA_DIR: join(folder.path, 'twice'),
      PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    }
    const first = await startProxima(settings)
    const { user, token } = await first.client.signUp('amina', password)
    const keys = (await first.client.get('/.well-known/jwks.json')).body
    expect((await first.process.stop()).exitCode).toBe(0)

    const second = await startProxima(settings)
    expect((await second.client.me(token)).body.id).toBe(user.id)
    expect((await second.client.login({ username: 'amina', password })).status).toBe(200)
    expect((await second.client.get('/.well-known/jwks.json')).body).toEqual(keys)
    expect(second.process.stdout).not.toContain('"migrated"')
  })
})

it('says in production that no mail is sent, if no mail server is set', async () => {
  const settings = {
    PROXIMA_ENV: 'production',
    PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    PROXIMA_SECRET: 'aVeryLongSecretOnlyForTests-4f8b1c9d2e7a6053',
    PROXIMA_DATA_DIR: join(folder.path, 'mail'),
  }
  const silent = await startProxima(settings)
  await silent.process.printed(/Set PROXIMA_MAIL_URL/)
  await silent.process.stop()
  const { process } = await startProxima({ ...settings, PROXIMA_MAIL_URL: 'smtp://127.0.0.1' })
  expect((await process.stop()).stdout).not.toContain('PROXIMA_MAIL_URL')
})

describe('a start that fails', { tags: 'long' }, () => {
  it.each(engines)('names the port that is taken, and exits, on $name', async (engine) => {
    const database = await engine.createDatabase()
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const settings = {
      PROXIMA_PORT: String(port),
      PROXIMA_DATA_DIR: join(folder.path, 'taken'),
      PROXIMA_DATABASE_URL: database.url,
    }
    const startedAt = performance.now()
    const outcome = await proxima(['start'], { settings })
    // Connections that stay open would hold the process, those to PostgreSQL for 30 seconds.
    expect(performance.now() - startedAt).toBeLessThan(25_000)
    const outcomeAsJson = await proxima(['start', '--json'], { settings })
    taken.close()
    await database.drop()
    expect(outcome.exitCode).toBe(1)
    expect(outcome.stderr).toMatch(new RegExp(`uses port ${port} on 127.0.0.1\\. .*PROXIMA_PORT`))
    expect(outcome.stderr).not.toMatch(/\n {4}at /)
    expect(outcome.stdout).not.toContain('curl')
    expect(JSON.parse(outcomeAsJson.stderr)).toMatchObject({ code: 'cannot_listen' })
  })

  it('names the address that does not belong to this machine', async () => {
    // TEST-NET-3 (RFC 5737) belongs to no machine.
    const settings = { PROXIMA_HOST: '203.0.113.5', PROXIMA_PORT: '0', PROXIMA_DATA_DIR: folder.path }
    const { exitCode, stderr } = await proxima(['start'], { settings })
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^203\.0\.113\.5 is not an address .*PROXIMA_HOST/),
    ])
  })

  const secret = { PROXIMA_SECRET: 'aVeryLongSecretOnlyForTests-4f8b1c9d2e7a6053' }
  it.each([
    ['the secret', {}],
    ['the database', secret],
  ])('reports a data folder in which %s cannot be written', async (_what, settings) => {
    const file = join(folder.path, 'file')
    await mkdir(folder.path, { recursive: true })
    await writeFile(file, 'not a folder')
    const outcome = await proxima(['start'], {
      settings: { PROXIMA_DATA_DIR: join(file, 'data'), ...settings },
    })
    expect(outcome.exitCode).toBe(2)
    expect(outcome.stderr).toContain(join(file, 'data'))
    expect(outcome.stderr).toContain('PROXIMA_DATA_DIR')
    expect(outcome.stderr).not.toMatch(/\n {4}at /)
  })

  const isRoot = process.getuid?.() === 0
  it.skipIf(isRoot)('reports that it may not write (left out for root, who may write anywhere)', async () => {
    const locked = join(folder.path, 'locked')
    await mkdir(locked, { recursive: true })
    await chmod(locked, 0o500)
    const settings = { PROXIMA_DATA_DIR: locked, PROXIMA_PORT: '0', ...secret }
    const { exitCode, stderr } = await proxima(['start'], { settings })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('may not write')])
  })

  it('refuses another kind of file as its database, and does not change it', async () => {
    const file = join(folder.path, 'letter.txt')
    await mkdir(folder.path, { recursive: true })
    await writeFile(file, 'Dear Amina, this is a letter and no database. '.repeat(100))
    const { size } = await stat(file)
    const settings = {
      PROXIMA_DATABASE_URL: `sqlite:${file}`,
      PROXIMA_PORT: '0',
      PROXIMA_DATA_DIR: folder.path,
    }
    const { exitCode, stderr } = await proxima(['start'], { settings })
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/letter\.txt.* another kind of file/)])
    expect((await stat(file)).size).toBe(size)
  })
})
