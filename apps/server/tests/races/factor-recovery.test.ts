import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { engines } from '../support/engines.ts'
import { newLosingOwner, waitSeconds } from '../support/lost-factor.ts'
import { raceSize } from '../support/race-size.ts'
import { type RecoveryServer, startRecoveryServer } from '../support/recovery.ts'
import { codeSentTo, linkTokenSentTo, messagesTo } from '../support/sent-codes.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import type { Answer } from '../support/test-client.ts'

describe.each(engines)(
  'the recovery of a factor, by many at once, on $name',
  { tags: ['long'] },
  (engine) => {
    let server: RecoveryServer
    let services: OwnServices
    beforeAll(async () => {
      server = await startRecoveryServer(engine, { PROXIMA_LIMITS: 'off' })
      services = openServices(server)
    })
    afterAll(async () => {
      await services?.close()
      await server?.close()
    })

    /** A busy server answers 503, and the client repeats the call. */
    async function post(path: string, body: object, turn: number): Promise<Answer> {
      const node = turn % 2 === 0 ? server : server.other
      const answer = await server.post(path, body, node)
      return answer.status === 503 ? await post(path, body, turn) : answer
    }
    const confirm = (challenge: string, code: string, turn: number) =>
      post('/v1/auth/mfa/lost/confirm', { challenge, code }, turn)
    const race = async <T>(act: (turn: number) => Promise<T>) =>
      await Promise.all(Array.from({ length: raceSize }, (_, turn) => act(turn)))

    it('A81: begins once, and every request gets the same moment', async () => {
      const owner = await newLosingOwner(server)
      const { challenge } = (await owner.signIn()).body
      const answers = await race((turn) => post('/v1/auth/mfa/lost', { challenge }, turn))
      const moments = new Set(answers.map(({ body }) => String(body.usable_at)))
      expect([moments.size, new Set(answers.map(({ status }) => status))]).toEqual([1, new Set([202])])
      const notices = (await messagesTo(server.client, owner.email)).filter(
        ({ template }) => template === 'factor_recovery_waiting',
      )
      expect(notices).toHaveLength(1)
    })

    it('A81: signs in once with one code', async () => {
      const owner = await newLosingOwner(server)
      await owner.lose()
      server.clock.advance(waitSeconds)
      const { challenge } = await owner.lose()
      const code = await codeSentTo(server.client, owner.email)
      const answers = await race((turn) => confirm(challenge, code, turn))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    })

    it('I1: either finishes or is cancelled, and never both', async () => {
      for (let round = 0; round < 10; round++) {
        const owner = await newLosingOwner(server)
        await owner.lose()
        const link = await linkTokenSentTo(server.client, owner.email)
        server.clock.advance(waitSeconds)
        const { challenge } = await owner.lose()
        const code = await codeSentTo(server.client, owner.email)
        const [finished, isCancelled] = await Promise.all([
          confirm(challenge, code, 1),
          services.factorRecoveryWaits.cancel(link, noRequest).then(
            () => true,
            () => false,
          ),
        ])
        expect(finished.status === 200, `${finished.text} ${isCancelled}`).toBe(!isCancelled)
        expect((await owner.signIn()).status).toBe(isCancelled ? 401 : 200)
      }
    })
  },
)
