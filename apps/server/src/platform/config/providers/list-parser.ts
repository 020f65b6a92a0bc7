import Type from 'typebox'
import { Value } from 'typebox/value'
import { parseStrictJson } from '../../kernel/strict-json.ts'
import { InvalidValue, type Parser, quote } from '../setting.ts'
import { type GivenProvider, presetNames } from './model.ts'

/** Enough for a page of buttons. */
const providersMax = 20

const line = Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\x00-\\x1f\\x7f]*$' })
const shape = Type.Object(
  {
    preset: Type.Optional(Type.Enum(presetNames)),
    id: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}$' })),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 40, pattern: '^[^\\x00-\\x1f\\x7f]*$' })),
    issuer: Type.Optional(line),
    base_url: Type.Optional(line),
    tenant: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9.-]{1,100}$' })),
    client_id: Type.Optional(line),
    client_secret: Type.Optional(line),
    client_secret_file: Type.Optional(line),
    team_id: Type.Optional(line),
    key_id: Type.Optional(line),
    private_key: Type.Optional(Type.String({ minLength: 1, maxLength: 4_000 })),
    private_key_file: Type.Optional(line),
    scopes: Type.Optional(
      Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,100}$' }), { maxItems: 20 }),
    ),
    response_mode: Type.Optional(Type.Enum(['query', 'form_post'])),
    email_domains: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9.-]{1,253}$' }), { maxItems: 100 }),
    ),
  },
  { additionalProperties: false },
)

/** A JSON list of providers. What is in it is never quoted, apart from the names of its fields: it may be a secret. */
export function providerList(): Parser<readonly GivenProvider[]> {
  return {
    range: 'a JSON list of providers, as [sign-in with other providers](guides/federation.md) describes',
    parse(text) {
      const list = readJson(text)
      if (!Array.isArray(list) || list.length > providersMax)
        throw new InvalidValue(`must be a JSON list of at most ${providersMax} providers.`)
      for (const [index, given] of list.entries()) assertShape(given, index)
      return list as readonly GivenProvider[]
    },
  }
}

function readJson(text: string): unknown {
  try {
    return parseStrictJson(text, { depthMax: 4 })
  } catch {
    throw new InvalidValue('must be a JSON list: it is not valid JSON, or has a member twice.')
  }
}

function assertShape(given: unknown, index: number): void {
  if (Value.Check(shape, given)) return
  const [error] = Value.Errors(shape, given)
  const unknown =
    typeof given === 'object' && given !== null
      ? Object.keys(given).find((name) => !Object.hasOwn(shape.properties, name))
      : undefined
  const where = unknown === undefined ? (error?.instancePath ?? '') : `/${unknown}`
  const what = unknown === undefined ? 'has a wrong value' : 'is not known'
  throw new InvalidValue(
    where === ''
      ? `has an item ${index + 1} that is not an object.`
      : `has an item ${index + 1} of which ${quote(where)} ${what}.`,
  )
}
