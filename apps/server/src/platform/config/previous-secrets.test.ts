import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { describeConfig } from './describe-config.ts'
import { loadConfig } from './load-config.ts'
import { previousSecrets } from './secret-parser.ts'

const { parse } = previousSecrets()
const make = () => randomBytes(48).toString('base64')

describe('the previous secrets', () => {
  it('are on one line each, and may contain any other character of a master secret', () => {
    const secrets = [make(), 'ж1ю2я3ш4, щ5ц6у7к8 ё9х0з', make()]
    expect(parse(secrets.join('\n'))).toEqual(secrets)
    expect(parse(secrets.join('\r\n'))).toEqual(secrets)
    expect(parse(secrets[1] ?? '')).toEqual([secrets[1]])
  })

  it('must follow the rules of the master secret, and a refusal names the line', () => {
    expect(() => parse('hunter2')).toThrow('must be 32 bytes or more; it is 7.')
    expect(() => parse(`${make()}\nhunter2`)).toThrow('has a line 2 that must be 32 bytes or more; it is 7.')
    expect(() => parse(Array.from({ length: 4 }, make).join('\n'))).toThrow(
      'must be 3 lines or fewer; it is 4.',
    )
  })

  it('are never shown', () => {
    const secret = make()
    const config = loadConfig({ PROXIMA_SECRET: make(), PROXIMA_SECRET_PREVIOUS: secret })
    expect(config.secretPrevious).toEqual([secret])
    expect(JSON.stringify(describeConfig(config))).not.toContain(secret)
    expect(() => parse('hunter2')).not.toThrow('hunter2')
  })
})
