import { readGiven } from '../read-given.ts'
import { InvalidValue, type Parser } from '../setting.ts'
import type { GivenProvider, PresetName, Provider, ProviderSecret } from './model.ts'
import { clientSecret, issuer, privateKey } from './parsers.ts'
import { presets } from './presets.ts'

/** The settings of providers, as far as they are given. */
export interface ProviderFields {
  readonly googleClientId: string | null
  readonly googleClientSecret: string | null
  readonly microsoftClientId: string | null
  readonly microsoftClientSecret: string | null
  readonly microsoftTenant: string
  readonly gitlabClientId: string | null
  readonly gitlabClientSecret: string | null
  readonly githubClientId: string | null
  readonly githubClientSecret: string | null
  readonly facebookClientId: string | null
  readonly facebookClientSecret: string | null
  readonly appleClientId: string | null
  readonly appleTeamId: string | null
  readonly appleKeyId: string | null
  readonly applePrivateKey: string | null
  readonly oidcIssuer: string | null
  readonly oidcName: string | null
  readonly oidcClientId: string | null
  readonly oidcClientSecret: string | null
  readonly providers: readonly GivenProvider[] | null
}

/** A provider, and how a message names each of its fields. */
interface Listed {
  readonly given: GivenProvider
  readonly nameOf: (field: keyof GivenProvider) => string
}

/**
 * Every provider that the settings describe, those with settings of their own first.
 * @param problems what is wrong is added here, with the name of the setting
 */
export function findProviders(fields: ProviderFields, problems: string[]): readonly Provider[] {
  const found = new Map<string, Provider>()
  for (const listed of [...bySettings(fields), ...byList(fields)]) {
    const provider = providerOf(listed, problems)
    if (provider === null) continue
    if (found.has(provider.id))
      problems.push(`${listed.nameOf('id')} must be another one: two providers have the id ${provider.id}.`)
    found.set(provider.id, provider)
  }
  return [...found.values()]
}

function bySettings(fields: ProviderFields): readonly Listed[] {
  const given: readonly (readonly [string, GivenProvider | null])[] = [
    ...(['google', 'microsoft', 'gitlab', 'github', 'facebook'] as const).map(
      (preset) => [preset.toUpperCase(), clientOf(fields, preset)] as const,
    ),
    ['APPLE', appleOf(fields)],
    ['OIDC', genericOf(fields)],
  ]
  return given.flatMap(([prefix, provider]) =>
    provider === null
      ? []
      : [{ given: provider, nameOf: (field) => `PROXIMA_${prefix}_${field.toUpperCase()}` }],
  )
}

function byList({ providers }: ProviderFields): readonly Listed[] {
  return (providers ?? []).map((given, index) => ({
    given,
    nameOf: (field) => `PROXIMA_PROVIDERS (item ${index + 1}, ${field})`,
  }))
}

function clientOf(fields: ProviderFields, preset: Exclude<PresetName, 'apple'>): GivenProvider | null {
  const [id, secret] = [fields[`${preset}ClientId`], fields[`${preset}ClientSecret`]]
  if (id === null && secret === null) return null
  const tenant = preset === 'microsoft' ? { tenant: fields.microsoftTenant } : {}
  return { preset, ...tenant, ...present({ client_id: id, client_secret: secret }) }
}

function appleOf(fields: ProviderFields): GivenProvider | null {
  const { appleClientId, appleKeyId, applePrivateKey, appleTeamId } = fields
  const given = present({
    client_id: appleClientId,
    team_id: appleTeamId,
    key_id: appleKeyId,
    private_key: applePrivateKey,
  })
  return Object.keys(given).length === 0 ? null : { preset: 'apple', ...given }
}

function genericOf({
  oidcClientId,
  oidcClientSecret,
  oidcIssuer,
  oidcName,
}: ProviderFields): GivenProvider | null {
  const given = present({ issuer: oidcIssuer, client_id: oidcClientId, client_secret: oidcClientSecret })
  if (Object.keys(given).length === 0) return null
  return { id: 'oidc', ...given, ...present({ name: oidcName ?? hostOf(oidcIssuer) }) }
}

function hostOf(url: string | null): string | null {
  return url === null ? null : new URL(url).host.slice(0, 40)
}

function present(fields: Readonly<Record<string, string | null>>): GivenProvider {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

function providerOf({ given, nameOf }: Listed, problems: string[]): Provider | null {
  const before = problems.length
  const { preset: presetName } = given
  const preset = presetName === undefined ? null : presets[presetName]
  const required = (field: keyof GivenProvider, value: string | undefined): string => {
    if (value === undefined) problems.push(`${nameOf(field)} must be set: the provider needs it.`)
    return value ?? ''
  }
  const id = required('id', given.id ?? presetName)
  const name = required('name', given.name ?? preset?.name)
  const checked = (field: 'issuer' | 'base_url', value: string) =>
    parsed(issuer(), nameOf(field), value, problems)
  if (given.base_url !== undefined) checked('base_url', given.base_url)
  const found = preset === null ? required('issuer', given.issuer) : preset.issuer(given)
  if (preset === null && found !== '') checked('issuer', found)
  const clientId = required('client_id', given.client_id)
  const secret =
    presetName === 'apple'
      ? appleSecretOf({ given, nameOf }, required, problems)
      : textSecretOf({ given, nameOf }, required, problems)
  if (problems.length > before) return null
  return {
    id,
    name,
    kind: preset?.kind ?? 'oidc',
    issuer: found,
    clientId,
    secret,
    scopes: given.scopes ?? preset?.scopes ?? ['openid', 'email', 'profile'],
    responseMode: given.response_mode ?? preset?.responseMode ?? 'query',
    emails: emailsOf(given, preset),
  }
}

function emailsOf(
  { email_domains: domains }: GivenProvider,
  preset: Pick<Provider, 'emails'> | null,
): Provider['emails'] {
  if (domains !== undefined) return { by: 'domains', domains: domains.map((each) => each.toLowerCase()) }
  return preset?.emails ?? { by: 'domains', domains: null }
}

type Required = (field: keyof GivenProvider, value: string | undefined) => string

function textSecretOf({ given, nameOf }: Listed, required: Required, problems: string[]): ProviderSecret {
  const text = secretText('client_secret', { given, nameOf }, problems)
  const value = text === null ? '' : required('client_secret', text)
  if (value !== '') parsed(clientSecret(), nameOf('client_secret'), value, problems)
  return { kind: 'text', text: value }
}

function appleSecretOf({ given, nameOf }: Listed, required: Required, problems: string[]): ProviderSecret {
  const text = secretText('private_key', { given, nameOf }, problems)
  const key = text === null ? '' : required('private_key', text)
  if (key !== '') parsed(privateKey(), nameOf('private_key'), key, problems)
  return {
    kind: 'apple',
    teamId: required('team_id', given.team_id),
    keyId: required('key_id', given.key_id),
    privateKey: key,
  }
}

/** Undefined if it is missing, and null if there is a problem with its file. */
function secretText(
  field: 'client_secret' | 'private_key',
  { given, nameOf }: Listed,
  problems: string[],
): string | undefined | null {
  const environment = { [field]: given[field], [`${field}_FILE`]: given[`${field}_file`] }
  const own: string[] = []
  const text = readGiven(environment, field, own)?.text
  problems.push(...own.map((problem) => `${nameOf(field)}: ${problem}`))
  return own.length > 0 ? null : text
}

function parsed(parser: Parser<string>, name: string, value: string, problems: string[]): void {
  try {
    parser.parse(value)
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
    problems.push(`${name} ${error.message}`)
  }
}
