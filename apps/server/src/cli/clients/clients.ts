import { Command } from 'commander'
import { createClientCommand } from './create.ts'
import { deleteClientCommand } from './delete.ts'
import { listClientsCommand } from './list.ts'

export function clientsCommand(): Command {
  const command = new Command('clients').description(
    'Create, list and delete the programs that get tokens by OAuth 2.0.',
  )
  for (const verb of [createClientCommand, listClientsCommand, deleteClientCommand])
    command.addCommand(verb())
  return command
}
