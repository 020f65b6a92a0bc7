import { Command } from 'commander'
import { auditCheckpointCommand } from './checkpoint.ts'
import { auditKeysCommand } from './keys.ts'
import { auditVerifyCommand } from './verify.ts'

export function auditCommand(): Command {
  const command = new Command('audit')
  for (const verb of [auditVerifyCommand, auditCheckpointCommand, auditKeysCommand])
    command.addCommand(verb())
  return command
}
