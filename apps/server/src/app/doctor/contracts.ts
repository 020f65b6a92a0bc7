import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'

type Settings = Pick<
  Config,
  | 'contracts'
  | 'contractCommonPasswords'
  | 'contractOauthBearerLengthMin'
  | 'contractPhonePasswordLengthMin'
  | 'contractSessionCodeLengthMin'
  | 'passwordLengthMin'
>

/** Contracts are for the time of a move. Until it ends, they let people choose weaker passwords than the API. */
export function checkContracts(config: Settings): readonly Finding[] {
  const lengths = new Map([
    ['phone-password', { name: 'PHONE_PASSWORD', lengthMin: config.contractPhonePasswordLengthMin }],
    ['session-code', { name: 'SESSION_CODE', lengthMin: config.contractSessionCodeLengthMin }],
    ['oauth-bearer', { name: 'OAUTH_BEARER', lengthMin: config.contractOauthBearerLengthMin }],
  ])
  const { passwordLengthMin } = config
  const withPasswords = config.contracts.flatMap((mount) => {
    const length = lengths.get(mount.name)
    return length === undefined ? [] : [{ contract: mount.name, ...length }]
  })
  const short = withPasswords.filter(({ lengthMin }) => lengthMin < passwordLengthMin)
  return [
    ...short.map(({ contract, name, lengthMin }) =>
      shortPasswords(contract, name, { lengthMin, passwordLengthMin }),
    ),
    ...(withPasswords.length > 0 && config.contractCommonPasswords === 'accept' ? [commonPasswords] : []),
  ]
}

function shortPasswords(
  contract: string,
  name: string,
  { lengthMin, passwordLengthMin }: { lengthMin: number; passwordLengthMin: number },
): Finding {
  return {
    severity: 'warning',
    code: 'contract_short_passwords',
    summary: `The contract ${contract} accepts new passwords of ${lengthMin} characters. The API asks for ${passwordLengthMin}.`,
    advice: `When its front end asks for longer passwords, set PROXIMA_CONTRACT_${name}_LENGTH_MIN=${passwordLengthMin}.`,
  }
}

const commonPasswords: Finding = {
  severity: 'warning',
  code: 'contract_common_passwords',
  summary: 'Contracts accept the most common passwords, such as pass123. Attackers try these first.',
  advice:
    'When the old front ends can show why a password is refused, set PROXIMA_CONTRACT_COMMON_PASSWORDS=refuse.',
}
