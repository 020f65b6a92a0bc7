import { Command } from 'commander'
import { endAllCommand } from './end-all.ts'

export function sessionsCommand(): Command {
  return new Command('sessions').addCommand(endAllCommand())
}
