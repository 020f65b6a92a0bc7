/** @module-tag long */

import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCases } from '../conformance/case.ts'
import { ConformanceSuite } from '../conformance/suite.ts'

const subject = fileURLToPath(new URL('./support/node-subject.ts', import.meta.url))
const files = readCases()
const suite = new ConformanceSuite([process.execPath, subject])

let runs: ReturnType<ConformanceSuite['runAll']>
beforeAll(() => {
  runs = suite.runAll(files.flatMap(({ cases }) => cases))
})
afterAll(async () => await suite.stop())

describe.each(files)('the guard conforms: $name', ({ cases }) => {
  const titled = cases.map((tested) => [tested.name, tested] as const)
  it.each(titled)('%s', async (_name, tested) => await runs.get(tested))
})

describe('the cases', () => {
  it('have a name each, and try what a token can do to a service', () => {
    const cases = files.flatMap((file) => file.cases)
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
    const tried = new Set(cases.flatMap(({ attacks = [] }) => attacks))
    const expected = [
      'A61: a credential in the address',
      'A65, A66, A67: another algorithm',
      'A68, A69: a key id or a key of the attacker',
      'A70, A71: a token of another kind, issuer or audience',
      'A72: times',
      'A73, A74, A75: other forms',
      'A76, A77: retired keys, and what was revoked',
    ]
    for (const [code] of expected.join().matchAll(/A\d+/g)) expect([...tried], code).toContain(code)
  })
})
