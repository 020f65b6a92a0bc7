import { Command } from 'commander'
import { listKeysCommand } from './list.ts'
import { retireKeyCommand } from './retire.ts'
import { rotateKeysCommand } from './rotate.ts'

export function keysCommand(): Command {
  const command = new Command('keys')
  for (const verb of [listKeysCommand, rotateKeysCommand, retireKeyCommand]) command.addCommand(verb())
  return command
}
