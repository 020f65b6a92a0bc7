import { Command } from 'commander'
import { createUserCommand } from './create.ts'
import { newSecretCommand, setPasswordCommand } from './credentials.ts'
import { deleteUserCommand } from './delete.ts'
import { factorsCommand } from './factors.ts'
import { listUsersCommand } from './list.ts'
import { receiptCommand } from './receipt.ts'
import { recoverCommand } from './recover.ts'
import { rolesCommand } from './roles.ts'
import { showUserCommand } from './show.ts'
import { activateUserCommand, suspendUserCommand } from './suspend.ts'
import { verifyUserCommand } from './verify.ts'

export function usersCommand(): Command {
  const command = new Command('users')
  const verbs = [
    createUserCommand,
    listUsersCommand,
    showUserCommand,
    setPasswordCommand,
    newSecretCommand,
    recoverCommand,
    rolesCommand,
    factorsCommand,
    suspendUserCommand,
    activateUserCommand,
    verifyUserCommand,
    deleteUserCommand,
    receiptCommand,
  ]
  for (const verb of verbs) command.addCommand(verb())
  return command
}
