import type { Form } from '../../../../platform/kernel/form.ts'
import type { Parsed } from '../../../../platform/kernel/parsed.ts'
import {
  type AllowsUrl,
  parseBackchannelUri,
  parsePageUri,
  parseRedirectUri,
  parseSectorIdentifier,
} from '../../../authorization/clients/addresses/model.ts'
import type { ApplicationFields } from '../../../authorization/clients/applications/model.ts'

/** All that a client is to people, except its redirect addresses and scopes, which its grants decide too. */
type Appearance = Omit<ApplicationFields, 'redirectUris' | 'openIdScope'>

interface Rules {
  readonly before: Appearance
  readonly allowsUrl: AllowsUrl
}

export function readAppearance(
  form: Form,
  input: Partial<Appearance>,
  { before, allowsUrl }: Rules,
): Appearance {
  const applicationType = input.applicationType ?? before.applicationType
  const subjectType = input.subjectType ?? before.subjectType
  return {
    applicationType,
    ...readAddresses(form, input, { before, allowsUrl }),
    postLogoutRedirectUris: [
      ...new Set(input.postLogoutRedirectUris ?? before.postLogoutRedirectUris),
    ].flatMap(
      (text, index) =>
        form.read(`/post_logout_redirect_uris/${index}`, text, (uri) =>
          parseRedirectUri(uri, applicationType),
        ) ?? [],
    ),
    isFirstParty: input.isFirstParty ?? before.isFirstParty,
    subjectType,
    sectorIdentifier: readSector(form, input, { before, subjectType }),
    idTokenAlgorithm: input.idTokenAlgorithm ?? before.idTokenAlgorithm,
    requiresPushedRequests: input.requiresPushedRequests ?? before.requiresPushedRequests,
    bindsTokensToKey: input.bindsTokensToKey ?? before.bindsTokensToKey,
  }
}

function readAddresses(form: Form, input: Partial<Appearance>, { before, allowsUrl }: Rules) {
  const read = (
    pointer: string,
    field: 'backchannelLogoutUri' | 'logoUri' | 'clientUri' | 'policyUri' | 'tosUri',
    parse: (text: string) => Parsed<string>,
  ) => (input[field] === undefined ? before[field] : form.read(pointer, input[field], parse))
  return {
    backchannelLogoutUri: read('/backchannel_logout_uri', 'backchannelLogoutUri', (text) =>
      parseBackchannelUri(text, allowsUrl),
    ),
    logoUri: read('/logo_uri', 'logoUri', parsePageUri),
    clientUri: read('/client_uri', 'clientUri', parsePageUri),
    policyUri: read('/policy_uri', 'policyUri', parsePageUri),
    tosUri: read('/tos_uri', 'tosUri', parsePageUri),
  }
}

/** A client that returns to public subjects loses its sector. */
function readSector(
  form: Form,
  { sectorIdentifier: given }: Partial<Appearance>,
  { before, subjectType }: { readonly before: Appearance; readonly subjectType: Appearance['subjectType'] },
): string | null {
  if (given !== undefined) return form.read('/sector_identifier', given, parseSectorIdentifier)
  return subjectType === 'pairwise' ? before.sectorIdentifier : null
}
