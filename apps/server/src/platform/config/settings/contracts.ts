import { contracts as contractsParser } from '../contracts-parser.ts'
import { choice, integer, onOff } from '../parsers.ts'
import { sharedSecret } from '../secret-parser.ts'
import { setting } from '../setting.ts'

/** Old front ends let people choose six characters. */
const lengthMin = integer(6, 64)

const lengthReason =
  'Old front ends accept shorter passwords, and show nothing if the server refuses one. `proxima doctor` warns while ' +
  'this is less than `PROXIMA_PASSWORD_LENGTH_MIN`.'

const secretReason =
  'Programs that check tokens with a shared secret can also make them. The secret is therefore only for the tokens of ' +
  'this contract, and no other call accepts them.'

const noSecret =
  'none: the contract gives out the usual access tokens (ES256), with the lifetime of the old ones'

export const contracts = {
  contracts: setting({
    name: 'PROXIMA_CONTRACTS',
    parser: contractsParser(),
    default: 'none',
    description:
      'The old APIs that the server speaks as well, so that old front ends continue to work. See [moving in](guides/moving-in/README.md).',
    reason: 'They are for the time of a move. Each is a further door, so open only those that you need.',
  }),
  contractPhonePasswordLengthMin: setting({
    name: 'PROXIMA_CONTRACT_PHONE_PASSWORD_LENGTH_MIN',
    parser: lengthMin,
    default: '6',
    description: 'The minimum length of a password that someone chooses by the contract `phone-password`.',
    reason: lengthReason,
  }),
  contractSessionCodeLengthMin: setting({
    name: 'PROXIMA_CONTRACT_SESSION_CODE_LENGTH_MIN',
    parser: lengthMin,
    default: '6',
    description: 'The minimum length of a password that someone chooses by the contract `session-code`.',
    reason: lengthReason,
  }),
  contractSessionCodeWrongPasswordStatus: setting({
    name: 'PROXIMA_CONTRACT_SESSION_CODE_WRONG_PASSWORD_STATUS',
    parser: choice('202', '401'),
    default: '202',
    description: 'The status with which the contract `session-code` answers a wrong password.',
    reason:
      'The old front end shows its text only with 202. But every proxy, log and monitor then counts the guess of an ' +
      'attacker as a success. Set 401 once the front end can show the text of an error.',
  }),
  contractOauthBearerLengthMin: setting({
    name: 'PROXIMA_CONTRACT_OAUTH_BEARER_LENGTH_MIN',
    parser: lengthMin,
    default: '6',
    description: 'The minimum length of a password that someone chooses by the contract `oauth-bearer`.',
    reason: lengthReason,
  }),
  contractCommonPasswords: setting({
    name: 'PROXIMA_CONTRACT_COMMON_PASSWORDS',
    parser: choice('accept', 'refuse'),
    default: 'accept',
    description:
      'Whether contracts accept one of the most common passwords, such as `pass123`. The other rules apply in any case: a password must not be little more than the name or the phone number of its owner, and not a sequence.',
    reason:
      'Almost every password of six characters is on that list, and old front ends cannot show why one is refused. With `refuse`, contracts have the rules of the API, apart from the length (NIST SP 800-63B-4 §3.1.1.2).',
  }),
  contractPhonePasswordTokenSecret: setting({
    name: 'PROXIMA_CONTRACT_PHONE_PASSWORD_TOKEN_SECRET',
    parser: sharedSecret(),
    default: null,
    fallback: noSecret,
    description:
      'The secret with which the contract `phone-password` signs its tokens (HS256), and other programs check them.',
    reason: secretReason,
    secret: true,
  }),
  contractUserSecretTokenSecret: setting({
    name: 'PROXIMA_CONTRACT_USER_SECRET_TOKEN_SECRET',
    parser: sharedSecret(),
    default: null,
    fallback: noSecret,
    description:
      'The secret with which the contracts `user-secret` and `user-secret-envelope` sign their tokens (HS256), and other programs check them.',
    reason: secretReason,
    secret: true,
  }),
  contractOauthBearerTokenSecret: setting({
    name: 'PROXIMA_CONTRACT_OAUTH_BEARER_TOKEN_SECRET',
    parser: sharedSecret(),
    default: null,
    fallback: noSecret,
    description:
      'The secret with which the contract `oauth-bearer` signs its tokens (HS256), and other programs check them.',
    reason: secretReason,
    secret: true,
  }),
  contractTokenAudience: setting({
    name: 'PROXIMA_CONTRACT_TOKEN_AUDIENCE',
    parser: onOff(),
    default: 'on',
    description:
      'Whether tokens with a shared secret say for whom they are (`aud`), such as `urn:proxima:contract:user-secret`.',
    reason:
      'PyJWT and python-jose refuse a token with an audience unless the program names it. `off` leaves the claim out, so that such a program works unchanged. The secret of its own still keeps the tokens apart.',
  }),
}
