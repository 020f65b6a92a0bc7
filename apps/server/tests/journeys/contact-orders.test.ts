import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { confirmContact, requestContact } from '../support/contact-changes.ts'
import { engines } from '../support/engines.ts'
import { newPerson, signInWith } from '../support/people.ts'
import { emailOf, recoveryTokenFor } from '../support/recovery.ts'
import { codeSentTo } from '../support/sent-codes.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { openUndo, pressUndo, recoveryTokenIn, undoTokenSentTo } from '../support/undo.ts'

/** What the model knows of an account. */
interface Owner {
  readonly id: Awaited<ReturnType<typeof newPerson>>['id']
  secret: string
  token: string
  email: string | null
  isVerified: boolean
  pending: string | null
  /** Each change that can be undone, the oldest first. */
  undos: readonly Undoable[]
  /** The newest code that was sent for the account. */
  code: string
  status: 'active' | 'suspended' | 'deleted'
}

/** The address that a link brings back. */
interface Undoable {
  readonly former: string
  readonly links: readonly string[]
}

interface World {
  readonly owners: readonly [Owner, Owner]
  readonly addresses: readonly [string, string]
}

const acts = [
  'request',
  'confirm',
  'verify',
  'reset',
  'undo',
  'suspend',
  'activate',
  'delete',
  'restore',
] as const
type Act = (typeof acts)[number]

/** One of the two owners acts on one of the two addresses, through one of two servers. */
interface Step {
  readonly act: Act
  readonly who: 0 | 1
  readonly what: 0 | 1
  readonly node: 0 | 1
}

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom<Act>('request', 'request', 'confirm', 'confirm', 'undo', ...acts),
  who: fc.constantFrom<0 | 1>(0, 1),
  what: fc.constantFrom<0 | 1>(0, 1),
  node: fc.constantFrom<0 | 1>(0, 1),
})

describe.each(engines)('two owners who want the same addresses, on $name', (engine) => {
  let server: TestServer
  let other: TestServer
  let services: OwnServices
  beforeAll(async () => {
    const env = { PROXIMA_PUBLIC_URL: 'https://id.example.org', PROXIMA_VERIFICATION: 'off' }
    server = await startTestServer(engine, { env })
    const { databaseUrl, clock } = server
    other = await startTestServer(engine, { databaseUrl, clock, env })
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await other?.close()
    await server?.close()
  })

  /** With an address that no one has verified, or with none. */
  async function newOwner(email: string | null): Promise<Owner> {
    const { id, secret, token } = await newPerson(server.client, email === null ? undefined : { email })
    const nothing = { isVerified: false, pending: null, undos: [], code: '000000' }
    return { id, secret, token, email, ...nothing, status: 'active' }
  }

  /** Another account has the address, or can get it back. */
  const isTaken = ({ owners }: World, own: Owner, address: string) =>
    owners.some(
      (each) =>
        each !== own && (each.email === address || each.undos.some(({ former }) => former === address)),
    )

  async function request(world: World, own: Owner, address: string, { client }: TestServer): Promise<void> {
    const { status, body } = await requestContact(client, own.token, { email: address })
    if (own.status !== 'active') return expect(status).toBe(401)
    if (own.email === address) return expect(status).toBe(422)
    if (isTaken(world, own, address)) return expect(body.code).toBe('email_taken')
    expect(status).toBe(202)
    own.pending = address
    own.code = await codeSentTo(server.client, address)
    if (own.email === null || !own.isVerified) return
    const link = await undoTokenSentTo(server.client, own.email)
    own.undos = [...own.undos, { former: own.email, links: [link] }]
  }

  async function confirm(world: World, own: Owner, { client }: TestServer): Promise<void> {
    const wanted = own.pending
    const { status, body } = await confirmContact(client, own.token, { email: '' }, own.code)
    if (own.status !== 'active') return expect(status).toBe(401)
    own.pending = null
    if (wanted === null) return expect(body.code).toBe('code_invalid')
    if (isTaken(world, own, wanted)) return expect(body.code).toBe('email_taken')
    expect(body.email).toBe(wanted)
    const last = own.undos.at(-1)
    // The newest request is the one that was confirmed, unless there was no address to go back to.
    if (own.email !== null && own.isVerified && last?.former === own.email) {
      const links = [...last.links, await undoTokenSentTo(server.client, own.email)]
      own.undos = [...own.undos.slice(0, -1), { ...last, links }]
    }
    own.email = wanted
    own.isVerified = true
  }

  async function verify(own: Owner, { client }: TestServer): Promise<void> {
    if (own.email === null || own.isVerified || own.status !== 'active') return
    const { token } = own
    await client.post('/v1/me/verification', { channel: 'email' }, { token })
    const body = { channel: 'email', code: await codeSentTo(server.client, own.email) }
    expect((await client.post('/v1/me/verification/confirm', body, { token })).status).toBe(200)
    own.isVerified = true
  }

  /** With the oldest link or with the newest. */
  async function undo(own: Owner, which: 0 | 1, node: TestServer): Promise<void> {
    const at = which === 0 ? 0 : own.undos.length - 1
    const undone = own.undos[at]
    const token = undone?.links.at(which === 0 ? 0 : -1)
    if (undone === undefined || token === undefined) return
    const pressed = await pressUndo(node, token)
    if (own.status === 'suspended') return expect(pressed.status).toBe(422)
    for (const link of own.undos.slice(at).flatMap(({ links }) => links))
      expect((await openUndo(server, link)).status).toBe(422)
    expect((await server.client.post('/v1/auth/token', { user_secret: own.secret })).status).toBe(401)
    const reset = { recovery_token: recoveryTokenIn(pressed) }
    own.secret = String((await node.client.post('/v1/auth/recovery/reset', reset)).body.user_secret)
    own.email = undone.former
    own.isVerified = true
    own.pending = null
    own.undos = own.undos.slice(0, at)
    if (own.status === 'active') own.token = (await signInWith(server.client, own.secret)).token
  }

  async function reset(own: Owner, { client }: TestServer): Promise<void> {
    if (own.email === null || own.status === 'suspended') return
    const recovery_token = await recoveryTokenFor(server.client, own.email)
    const { body } = await client.post('/v1/auth/recovery/reset', { recovery_token })
    own.secret = String(body.user_secret)
    own.isVerified = true
    own.pending = null
    if (own.status === 'active') own.token = (await signInWith(server.client, own.secret)).token
  }

  /** How each act changes the status of an account. */
  const turns = {
    suspend: {
      from: 'active',
      to: 'suspended',
      perform: async ({ id }: Owner) => await services.administration.suspend(id),
    },
    activate: {
      from: 'suspended',
      to: 'active',
      perform: async ({ id }: Owner) => await services.administration.activate(id),
    },
    delete: {
      from: 'active',
      to: 'deleted',
      perform: async ({ secret, token }: Owner, { client }: TestServer) => {
        const proof = JSON.stringify({ user_secret: secret })
        expect((await client.send('DELETE', '/v1/me', proof, { token })).status).toBe(202)
      },
    },
    restore: {
      from: 'deleted',
      to: 'active',
      perform: async ({ secret }: Owner, { client }: TestServer) => {
        expect((await client.post('/v1/auth/restore', { user_secret: secret })).status).toBe(200)
      },
    },
  } as const

  async function turn(act: keyof typeof turns, own: Owner, node: TestServer): Promise<void> {
    const { from, to, perform } = turns[act]
    if (own.status !== from) return
    await perform(own, node)
    own.status = to
    own.pending = null
    if (to === 'active') own.token = (await signInWith(server.client, own.secret)).token
  }

  async function perform(world: World, { act, who, what, node }: Step): Promise<void> {
    const [own, at] = [world.owners[who], node === 0 ? server : other]
    if (act === 'request') await request(world, own, world.addresses[what], at)
    else if (act === 'confirm') await confirm(world, own, at)
    else if (act === 'verify') await verify(own, at)
    else if (act === 'reset') await reset(own, at)
    else if (act === 'undo') await undo(own, what, at)
    else await turn(act, own, at)
  }

  async function stored({ owners }: World): Promise<Pick<Owner, 'email' | 'isVerified'>[]> {
    const accounts = owners.map(({ id }) => services.accounts.get(services.db, id))
    return (await Promise.all(accounts)).map(({ email, emailVerifiedAt }) => ({
      email,
      isVerified: emailVerifiedAt !== null,
    }))
  }

  it('A08, A55, A82: each order of request, confirm, verify, reset, undo, suspend and delete has one outcome, on two servers', {
    tags: 'long',
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), fc.boolean(), async (steps, has) => {
        const addresses = [emailOf('first'), emailOf('second')] as const
        const world: World = {
          owners: [await newOwner(has ? addresses[0] : null), await newOwner(null)],
          addresses,
        }
        for (const each of steps) {
          // The caps on messages are not the subject of this test.
          await services.db.deleteFrom('message_counts').execute()
          await perform(world, each)
          expect(await stored(world)).toEqual(
            world.owners.map(({ email, isVerified }) => ({ email, isVerified })),
          )
        }
      }),
      { numRuns: 60 },
    )
  })
})
