import { Command } from 'commander'
import { createClientCommand } from './create.ts'
import { deleteClientCommand } from './delete.ts'
import { listClientsCommand } from './list.ts'

export function clientsCommand(): Command {
  const command = new Command('clients')
  for (const verb of [createClientCommand, listClientsCommand, deleteClientCommand])
    command.addCommand(verb())
  return command
}
