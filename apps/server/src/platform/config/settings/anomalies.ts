import { choice, integer } from '../parsers.ts'
import { setting } from '../setting.ts'

export const anomalies = {
  sprayResponse: setting({
    name: 'PROXIMA_SPRAY_RESPONSE',
    parser: choice('report', 'strict'),
    default: 'report',
    description:
      'What the server does while someone tries few passwords on many accounts from many networks. With `report`, it ' +
      'records an event, logs a warning and shows it in the metrics. With `strict`, it also accepts only three wrong ' +
      'passwords in five minutes from each address, and ten times as many from its network ' +
      '(`PROXIMA_NETWORK_LIMIT_FACTOR`). An address from which the owner of the account has signed in before is still ' +
      'admitted. See [observability](guides/observability.md#many-accounts-tried-at-once).',
    reason:
      'The stricter limit also affects people who sign in from a new address that many share, so an operator should ' +
      'decide about it.',
  }),
  proofOfWork: setting({
    name: 'PROXIMA_PROOF_OF_WORK',
    parser: choice('off', 'on'),
    default: 'off',
    description:
      'With `on`, anyone who creates an account, asks for a recovery or signs in must let their device compute for about a ' +
      'second, once many such calls have come from their address or named this account, or while the server sees an ' +
      'anomaly. The pages and `@proxima/client` do it by themselves. See [observability]' +
      '(guides/observability.md#proof-of-work).',
    reason:
      'Programs that call the API without `@proxima/client` must solve the challenge themselves, so an operator should ' +
      'decide about it.',
  }),
  sprayAccountsMin: setting({
    name: 'PROXIMA_SPRAY_ACCOUNTS_MIN',
    parser: integer(10, 1_000_000),
    default: '100',
    description:
      'On how many accounts someone must try a wrong password within ten minutes before the server calls it an anomaly.',
    reason: 'A small service rarely has a hundred people who mistype their password at the same time.',
  }),
  sprayNetworksMin: setting({
    name: 'PROXIMA_SPRAY_NETWORKS_MIN',
    parser: integer(2, 1_000_000),
    default: '50',
    description:
      'From how many networks (IPv4 /24 or IPv6 /48) wrong passwords must come within ten minutes before the server ' +
      'calls it an anomaly.',
    reason: 'The limits for each address and each network stop an attacker who has fewer.',
  }),
  spraySharePercent: setting({
    name: 'PROXIMA_SPRAY_SHARE_PERCENT',
    parser: integer(1, 100),
    default: '30',
    description:
      'The share of wrong passwords that must be tried on five or more accounts each, in percent, before the server ' +
      'calls it an anomaly.',
    reason:
      'People mistype their own password, each in another way. An attacker tries the same ones everywhere.',
  }),
}
