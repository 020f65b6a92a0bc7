import { type ContractMount, findSharedPaths } from './contract-paths.ts'

interface ContractFields {
  readonly contracts: readonly ContractMount[]
  readonly privacy: string
  readonly verification: string
  readonly secret: string | null
  readonly contractPhonePasswordTokenSecret: string | null
  readonly contractUserSecretTokenSecret: string | null
  readonly contractOauthBearerTokenSecret: string | null
}

/** Finds settings that no old front end could work with, and contracts in each other's place. */
export function findContractProblems(fields: ContractFields): readonly string[] {
  const { contracts, privacy, verification } = fields
  if (contracts.length === 0) return []
  const problems = [...findSharedPaths(contracts), ...findSharedSecrets(fields)]
  // Their answers to a registration say what happened, and old front ends wait for the account in them.
  if (privacy === 'strict')
    problems.push(
      'PROXIMA_CONTRACTS needs PROXIMA_PRIVACY to be standard: the answers of the old APIs reveal which addresses have an account.',
    )
  // Old front ends have no screen for the code, and a program that checks tokens itself would accept such an account.
  if (verification === 'required')
    problems.push(
      'PROXIMA_CONTRACTS needs another PROXIMA_VERIFICATION than required: old front ends cannot ask for the code.',
    )
  return problems
}

/** One secret for two purposes would make a token of one valid for the other. */
function findSharedSecrets(fields: ContractFields): readonly string[] {
  const secrets = [
    ['PROXIMA_SECRET', fields.secret],
    ['PROXIMA_CONTRACT_PHONE_PASSWORD_TOKEN_SECRET', fields.contractPhonePasswordTokenSecret],
    ['PROXIMA_CONTRACT_USER_SECRET_TOKEN_SECRET', fields.contractUserSecretTokenSecret],
    ['PROXIMA_CONTRACT_OAUTH_BEARER_TOKEN_SECRET', fields.contractOauthBearerTokenSecret],
  ] as const
  const given = secrets.filter(([, secret]) => secret !== null)
  return given.flatMap(([name, secret], index) => {
    const same = given.slice(0, index).find(([, earlier]) => earlier === secret)
    return same === undefined ? [] : [`${name} must not be the same secret as ${same[0]}.`]
  })
}
