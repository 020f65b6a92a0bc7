import { describe, expect, it } from 'vitest'
import { answerOf, Refusal, type RefusalCode } from './refusal.ts'

const issuer = 'https://accounts.example.org'

describe('the answer to a refusal', () => {
  it.each<[RefusalCode, number, string | undefined]>([
    ['unauthenticated', 401, 'Bearer'],
    ['invalid_token', 401, 'Bearer error="invalid_token"'],
    ['token_expired', 401, 'Bearer error="invalid_token"'],
    ['forbidden', 403, 'Bearer error="insufficient_scope"'],
    ['step_up_required', 403, 'Bearer error="insufficient_user_authentication"'],
    ['unavailable', 503, undefined],
  ])('%s has status %i and the challenge of RFC 6750', (code, status, challenge) => {
    const answer = answerOf(new Refusal(code), issuer)
    expect(answer.status).toBe(status)
    expect(answer.headers['www-authenticate']).toBe(challenge)
    expect(answer.headers['retry-after']).toBe(status === 503 ? '2' : undefined)
    expect(JSON.parse(answer.body)).toMatchObject({ type: `${issuer}/docs/problems/${code}`, status, code })
  })

  it('says nothing of the reason, which is for the log', () => {
    const refusal = new Refusal('invalid_token', {
      reason: 'secret reason',
      cause: new Error('secret cause'),
    })
    expect(refusal.message).toBe('secret reason')
    expect(JSON.stringify(answerOf(refusal, issuer))).not.toContain('secret')
  })

  it('has one slash before the page of the problem', () => {
    const { body } = answerOf(new Refusal('forbidden'), `${issuer}/`)
    expect(JSON.parse(body).type).toBe(`${issuer}/docs/problems/forbidden`)
  })
})
