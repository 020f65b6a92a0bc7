import { type Command, Option } from 'commander'
import type { ClientInput } from '../../features/administration/clients/model.ts'
import {
  type ApplicationType,
  applicationTypes,
  type IdTokenAlgorithm,
  idTokenAlgorithms,
  type SubjectType,
  subjectTypes,
} from '../../features/authorization/clients/applications/model.ts'

export interface ApplicationOptions {
  readonly type?: ApplicationType
  readonly redirectUri?: readonly string[]
  readonly postLogoutRedirectUri?: readonly string[]
  readonly backchannelLogoutUri?: string
  readonly logoUri?: string
  readonly clientUri?: string
  readonly policyUri?: string
  readonly tosUri?: string
  readonly firstParty?: true
  readonly subjectType?: SubjectType
  readonly sector?: string
  readonly idTokenAlg?: IdTokenAlgorithm
  readonly requirePar?: true
  readonly dpop?: true
}

/** What a client is to the people who sign in with it. */
export function addApplicationOptions(command: Command): Command {
  return command
    .addOption(new Option('--type <type>', 'the type of the application').choices(applicationTypes))
    .option('--redirect-uri <addresses...>', 'where people are sent back to after they have signed in')
    .option('--post-logout-redirect-uri <addresses...>', 'the same, after they have signed out')
    .option('--backchannel-logout-uri <address>', 'where the server reports that a session has ended')
    .option('--logo-uri <address>', 'a picture that people see')
    .option('--client-uri <address>', 'its home page')
    .option('--policy-uri <address>', 'how it uses the data of people')
    .option('--tos-uri <address>', 'its terms of service')
    .option('--first-party', 'it is yours: people are not asked for their consent')
    .addOption(new Option('--subject-type <type>', 'by which ids it knows people').choices(subjectTypes))
    .option('--sector <host>', 'the host for which pairwise ids are made')
    .addOption(new Option('--id-token-alg <name>', 'how ID tokens are signed').choices(idTokenAlgorithms))
    .option('--require-par', 'it may ask for a sign-in only with a pushed request')
    .option('--dpop', 'its access tokens work only together with its key')
}

/** Without the options that are left out. */
export function applicationInput(options: ApplicationOptions): ClientInput {
  const given = {
    applicationType: options.type,
    redirectUris: options.redirectUri,
    postLogoutRedirectUris: options.postLogoutRedirectUri,
    backchannelLogoutUri: options.backchannelLogoutUri,
    logoUri: options.logoUri,
    clientUri: options.clientUri,
    policyUri: options.policyUri,
    tosUri: options.tosUri,
    isFirstParty: options.firstParty,
    subjectType: options.subjectType,
    sectorIdentifier: options.sector,
    idTokenAlgorithm: options.idTokenAlg,
    requiresPushedRequests: options.requirePar,
    bindsTokensToKey: options.dpop,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
