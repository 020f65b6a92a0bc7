import { Form } from '../../../platform/kernel/form.ts'
import type { Parsed } from '../../../platform/kernel/parsed.ts'
import { type AllowsUrl, parseRedirectUri } from '../../authorization/clients/addresses/model.ts'
import { usualApplication } from '../../authorization/clients/applications/model.ts'
import { parseKeySet } from '../../authorization/clients/jwks/service.ts'
import { clientNameLengthMax, type GrantType } from '../../authorization/clients/model.ts'
import { parseLine } from '../../users/accounts/identifiers/plain-text.ts'
import { readAppearance } from './applications/fields.ts'
import { refuseContradictions } from './contradictions.ts'
import type { ClientInput, ReadFields } from './model.ts'
import { parseScope, type ReadScope, scopesAfter } from './scopes.ts'

const usual: ReadFields = {
  ...usualApplication,
  name: '',
  grantTypes: [],
  scope: null,
  authMethod: 'client_secret_basic',
  jwks: null,
}

export interface FieldRules {
  /** Whether the server may call an address. */
  readonly allowsUrl: AllowsUrl
  /** The client as it is; absent for a new one. */
  readonly before?: ReadFields
}

/** Reads the fields of a new client, or the changes of one. @throws `validation_failed` */
export function readFields(input: ClientInput, rules: FieldRules): ReadFields {
  const form = new Form()
  const fields = readEach(form, input, rules)
  refuseContradictions(form, fields, {
    isKeyGiven: input.jwks !== undefined && input.jwks !== null,
    isScopeGiven: input.scope !== undefined,
  })
  form.finish()
  return fields
}

/** Checks each of the given fields by itself. The type may be that of the client. @throws `validation_failed` */
export function checkFields(input: ClientInput, allowsUrl: AllowsUrl): void {
  const form = new Form()
  readEach(form, input, { allowsUrl, before: { ...usual, applicationType: 'native' } })
  form.finish()
}

function readEach(form: Form, input: ClientInput, rules: FieldRules): ReadFields {
  const { before = usual } = rules
  const authMethod = input.authMethod ?? before.authMethod
  const keptKeys = authMethod === 'private_key_jwt' ? before.jwks : null
  const grantTypes = readGrantTypes(input, before)
  return {
    ...readAppearance(form, input, { ...rules, before }),
    ...scopesAfter(readScopes(form, input), { before, grantTypes }),
    name: input.name === undefined ? before.name : (form.read('/client_name', input.name, parseName) ?? ''),
    grantTypes,
    authMethod,
    redirectUris: readRedirectUris(form, input, before),
    jwks: input.jwks === undefined ? keptKeys : form.read('/jwks', input.jwks, parseKeySet),
  }
}

/** A new client with an address to send people back to signs them in; any other acts for itself. */
function readGrantTypes({ grantTypes, redirectUris = [] }: ClientInput, before: ReadFields): GrantType[] {
  if (grantTypes) return [...new Set(grantTypes)]
  if (before.grantTypes.length > 0) return [...before.grantTypes]
  return redirectUris.length > 0 ? ['authorization_code'] : ['client_credentials']
}

function readScopes(form: Form, { scope }: ClientInput): ReadScope | null | undefined {
  return scope === undefined ? undefined : form.read('/scope', scope, parseScope)
}

function parseName(text: string): Parsed<string> {
  return parseLine(text, clientNameLengthMax)
}

/** Those that the client has are read again: they may not suit another type. */
function readRedirectUris(form: Form, input: ClientInput, before: ReadFields): string[] {
  const type = input.applicationType ?? before.applicationType
  const given = [...new Set(input.redirectUris ?? before.redirectUris)]
  const parse = (text: string) => parseRedirectUri(text, type)
  return given.flatMap((text, index) => form.read(`/redirect_uris/${index}`, text, parse) ?? [])
}
