import { Command, InvalidArgumentError } from 'commander'
import { type ApiKeyId, isId } from '../../platform/kernel/ids.ts'
import { printJson } from '../output.ts'
import { withServices } from '../with-services.ts'

export function revokeApiKeyCommand(): Command {
  return new Command('revoke')
    .summary('Revoke an API key.')
    .description(
      'Revoke an API key: it no longer works, from this moment on. "proxima api-keys list" shows the ids.',
    )
    .argument('<id>', 'the id of the key', readId)
    .option('--json', 'print JSON')
    .action(async (id: ApiKeyId, { json }: { json?: true }) => {
      await withServices(({ userApiKeys }) => userApiKeys.revokeAny(id))
      if (json === true) printJson({ id, revoked: true })
      else process.stdout.write(`revoked ${id}\n`)
    })
}

function readId(text: string): ApiKeyId {
  if (!isId<ApiKeyId>(text)) throw new InvalidArgumentError('Give the id of a key, not the key itself.')
  return text
}
