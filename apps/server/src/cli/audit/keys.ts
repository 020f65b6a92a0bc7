import { Command } from 'commander'
import { printJson } from '../output.ts'
import { withServices } from '../with-services.ts'

export function auditKeysCommand(): Command {
  return new Command('keys')
    .description(
      'Print the public keys that sign the audit trail, retired ones too, as a JWK Set. Keep it elsewhere for ' +
        '"proxima audit verify --keys".',
    )
    .option('--json', 'print JSON, as without it')
    .action(async () => {
      const keys = await withServices((services) => services.keys.ownPublicKeys())
      printJson({ keys: keys.map(({ kid, jwk }) => ({ ...jwk, kid, alg: 'ES256', use: 'sig' })) })
    })
}
