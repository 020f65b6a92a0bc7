import { expect, it } from 'vitest'
import { readImportedHash } from '../../imported-hash.ts'
import { vectors } from '../vectors.data.ts'

const texts = vectors.filter(({ family }) => family === 'keycloak').map(({ hash }) => hash)
const otherTypes = [null, 42, true, [], {}, undefined]

/** The credential with another value in one of its members. */
function withMember(text: string, line: 0 | 1, name: string, value: unknown): string {
  const parts = text.split('\n').map((part) => JSON.parse(part) as Record<string, unknown>)
  return parts
    .map((part, index) => JSON.stringify(index === line ? { ...part, [name]: value } : part))
    .join('\n')
}

it.each(texts)('A46: is refused if a member has another type: %s', (text) => {
  expect(readImportedHash(text, { family: 'keycloak' }).kind).not.toBe('refused')
  for (const [line, name] of [
    [0, 'algorithm'],
    [0, 'hashIterations'],
    [1, 'value'],
    [1, 'salt'],
  ] as const)
    for (const value of otherTypes) {
      if (name === 'hashIterations' && value === 42) continue
      const changed = withMember(text, line, name, value)
      expect(readImportedHash(changed, { family: 'keycloak' }).kind, changed).toBe('refused')
    }
})

it('A46: is refused if it is no JSON object, or not both of them', () => {
  const [text = ''] = texts
  const [parameters = '', secret = ''] = text.split('\n')
  for (const other of [parameters, `${parameters}\n`, `${parameters}\n[]`, `{\n${secret}`, `${text}\n{}`])
    expect(readImportedHash(other, { family: 'keycloak' }).kind, other).toBe('refused')
})
