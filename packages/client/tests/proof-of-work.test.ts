import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createProxima, ProximaError } from '../src/index.ts'
import { recorder } from './support/recorder.ts'

const refusal = (difficulty: number) =>
  Response.json(
    {
      code: 'proof_of_work_required',
      status: 403,
      proof_of_work: { algorithm: 'SHA-256', challenge: 'a.b.c', difficulty, expires_in: 300 },
    },
    { status: 403 },
  )

describe('a call for which the server asks for proof of work', () => {
  it('is repeated with a solution', async () => {
    const sent = recorder(async () =>
      sent.requests.length === 1 ? refusal(10) : Response.json({ expires_in: 600, resend_after: 60 }),
    )
    const proxima = createProxima({ url: 'https://accounts.example.org', fetch: sent.fetch })
    await proxima.auth.requestRecovery({ identifier: 'amina' })
    const [first, second] = sent.requests.map(({ headers }) => new Headers(headers).get('proof-of-work'))
    expect(first).toBeNull()
    expect(second).toMatch(/^a\.b\.c:\d+$/)
    const hash = createHash('sha256')
      .update(second ?? '')
      .digest()
    expect(hash.readUInt32BE()).toBeLessThan(2 ** 22)
  })

  it('fails if the server asks again, and if it is aborted in the meantime', async () => {
    const sent = recorder(async () => refusal(1))
    const proxima = createProxima({ url: 'https://accounts.example.org', fetch: sent.fetch })
    const again = proxima.auth.requestRecovery({ identifier: 'amina' })
    await expect(again).rejects.toMatchObject({ code: 'proof_of_work_required' })
    expect(sent.requests).toHaveLength(2)

    const hard = recorder(async () => refusal(32))
    const patient = createProxima({ url: 'https://accounts.example.org', fetch: hard.fetch })
    const controller = new AbortController()
    const aborted = patient.auth.requestRecovery({ identifier: 'amina' }, { signal: controller.signal })
    setTimeout(() => controller.abort(), 20)
    await expect(aborted).rejects.not.toBeInstanceOf(ProximaError)
    expect(hard.requests).toHaveLength(1)
  })
})
