import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { findPort, host } from './ports.ts'

describe('the port of a program', () => {
  it('is another one if the usual one is taken', async () => {
    const other = createServer().listen(0, host)
    await once(other, 'listening')
    const taken = Number((other.address() as { port: number }).port)
    expect(await findPort(taken)).not.toBe(taken)
    other.close()
    await once(other, 'close')
    expect(await findPort(taken)).toBe(taken)
  })
})
