import { Command } from 'commander'
import { rotateSecretCommand } from './rotate.ts'

export function secretCommand(): Command {
  return new Command('secret').addCommand(rotateSecretCommand())
}
