import { Command } from 'commander'
import { type Finding, isProblem } from '../../features/administration/deployment/model.ts'
import { environment } from '../../platform/config/environment.ts'
import { exitCodes } from '../exit-codes.ts'
import { printJson } from '../output.ts'
import { examine } from './examine.ts'

export function doctorCommand(): Command {
  return new Command('doctor')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit codes: 0 no problems, at most notes; 1 errors or warnings.')
    .action(async ({ json }: { json?: true }) => {
      const findings = await examine(environment)
      const ok = !findings.some(isProblem)
      if (json === true) printJson({ ok, findings })
      else process.stdout.write(`${findings.map(describe).join('')}${ok ? 'No problems found.\n' : ''}`)
      if (!ok) process.exitCode = exitCodes.failed
    })
}

function describe({ severity, code, summary, advice }: Finding): string {
  return `${severity.padEnd(7)}  ${summary} (${code})\n         ${advice}\n\n`
}
