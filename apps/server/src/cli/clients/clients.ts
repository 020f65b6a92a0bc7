import { Command } from 'commander'
import { createClientCommand } from './create.ts'
import { deleteClientCommand } from './delete.ts'
import { listClientsCommand } from './list.ts'
import { rotateClientSecretCommand } from './rotate-secret.ts'
import { showClientCommand } from './show.ts'

const verbs = [
  createClientCommand,
  listClientsCommand,
  showClientCommand,
  rotateClientSecretCommand,
  deleteClientCommand,
]

export function clientsCommand(): Command {
  const command = new Command('clients')
  for (const verb of verbs) command.addCommand(verb())
  return command
}
