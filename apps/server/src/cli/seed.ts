import { Command, InvalidArgumentError } from 'commander'
import {
  type DemoOptions,
  demoDaysMax,
  demoDefaults,
  demoPeopleMax,
} from '../features/administration/demo/model.ts'
import { exitCodes } from './exit-codes.ts'
import { printJson } from './output.ts'
import { withServices } from './with-services.ts'

interface SeedOptions extends DemoOptions {
  readonly demo?: true
  readonly remove?: true
  readonly json?: true
}

export function seedCommand(): Command {
  const { days, people, seed } = demoDefaults
  const command = new Command('seed')
    .option('--demo', 'add made-up people, and what they did')
    .option('--people <number>', `how many, 1 to ${demoPeopleMax}`, numberUpTo(demoPeopleMax), people)
    .option('--days <number>', `for how many days, 1 to ${demoDaysMax}`, numberUpTo(demoDaysMax), days)
    .option('--seed <number>', 'another number gives other people', numberUpTo(2 ** 31), seed)
    .option('--remove', 'remove the made-up people and what they did, and nothing else')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nRefused with PROXIMA_ENV=production.')
  return command.action(async (options: SeedOptions) => {
    if (options.demo !== true && options.remove !== true)
      command.error('Add --demo to add made-up people, or --remove to remove them.', {
        exitCode: exitCodes.usage,
      })
    await run(options)
  })
}

async function run({ json, remove, ...options }: SeedOptions): Promise<void> {
  const done = await withServices(async ({ demo }) =>
    remove === true ? await demo.remove() : await demo.seed(options),
  )
  if (json === true) printJson(done)
  else
    process.stdout.write(
      `${remove === true ? 'Removed' : 'Added'} ${done.people} made-up people and ${done.events} events.\n`,
    )
}

function numberUpTo(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d{1,10}$/.test(text) && number >= 1 && number <= max) return number
    throw new InvalidArgumentError(`Give a whole number from 1 to ${max}.`)
  }
}
