import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { generateSource } from 'oazapfts'
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../tests/support/engines.ts'
import { startTestServer } from '../../tests/support/test-server.ts'

const root = resolve(import.meta.dirname, '../../../..')

const compilerOptions = {
  strict: true,
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024', 'dom'],
  types: [],
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
}

/** Programs as a client would write them. Each mistake in them must be found. */
const programs = {
  'with-openapi-typescript.ts': `
import type { components, Login, Problem, Profile, Session, SessionPage, User } from './openapi-typescript.ts'

export const nameOf = ({ username, full_name }: User): string => full_name ?? username ?? 'someone'
export const userOf = ({ user }: Login): User => user
export const devicesOf = ({ data }: SessionPage): (string | null)[] => data.map((each: Session) => each.device)
export const linkOf = ({ social_links: { github } }: Profile): string | null => github
export const isTaken = ({ code }: Problem): boolean => code === 'username_taken'
export const body: components['schemas']['LoginBody'] = { identifier: 'amina', password: 'x', mode: 'cookie' }
// @ts-expect-error: a username may be null
export const lengthOf = ({ username }: User): number => username.length
// @ts-expect-error: there is no such mode
export const wrong: components['schemas']['LoginBody'] = { password: 'x', mode: 'magic' }
`,
  'with-oazapfts.ts': `
import { getMe, type Login, login, putProfileImage, type Session, type User } from './oazapfts.ts'

export async function signIn(identifier: string, password: string): Promise<Login> {
  const answer = await login({ identifier, password })
  if (answer.status === 200) return answer.data
  throw new Error(answer.data.code)
}
export async function whoAmI(token: string): Promise<User | null> {
  const answer = await getMe({ headers: { authorization: \`Bearer \${token}\` } })
  return answer.status === 200 ? answer.data : null
}
export const endOf = ({ expires_at }: Session): Date => new Date(expires_at)
export async function upload(picture: Blob): Promise<string | null> {
  const answer = await putProfileImage(picture)
  return answer.status === 200 ? answer.data.image_url : null
}
// @ts-expect-error: a password is a text
export const wrong = login({ identifier: 'amina', password: 1 })
`,
}

describe('the types that generators make from the OpenAPI document', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxima-types-'))
  beforeAll(async () => {
    const server = await startTestServer(sqlite)
    const { text, body } = await server.client.get('/openapi.json')
    await server.close()
    writeFileSync(join(folder, 'openapi.json'), text)
    const options = { rootTypes: true, rootTypesNoSchemaPrefix: true }
    const types = astToString(await openapiTypescript(body as OpenAPI3, options))
    writeFileSync(join(folder, 'openapi-typescript.ts'), types)
    writeFileSync(join(folder, 'oazapfts.ts'), await generateSource(join(folder, 'openapi.json')))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(Object.entries(programs))('compile in the program %s', (name, program) => {
    writeFileSync(join(folder, name), program)
    const config = { compilerOptions, files: [name] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
    expect(stdout).toBe('')
  })
})
