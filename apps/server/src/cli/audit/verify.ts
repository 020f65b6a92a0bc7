import { Command } from 'commander'
import type { Finding, Verified } from '../../features/administration/audit-trail/verification/model.ts'
import { exitCodes } from '../exit-codes.ts'
import { print, printJson } from '../output.ts'
import { type KeySource, type VerifyOptions, verifyTrail } from './verify-trail.ts'

interface Options extends VerifyOptions {
  readonly json?: true
}

/** So many findings are printed. A trail that was made again has one for each event. */
const shownMax = 100

export function auditVerifyCommand(): Command {
  return new Command('verify')
    .description(
      'Find every change, gap and cut of the audit trail, and say where it is. It reads a running database or a copy, ' +
        'and changes nothing.',
    )
    .option(
      '--database <url>',
      'a copy, in the form of PROXIMA_DATABASE_URL; by default the configured database',
    )
    .option('--checkpoints <file...>', 'checkpoints that were kept elsewhere, one per line')
    .option('--keys <file...>', 'the only keys to trust: JWK Sets that "proxima audit keys" printed')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit codes: 0 the trail is whole; 1 it was changed; 2 wrong usage.')
    .action(async ({ json, ...options }: Options) => {
      const shown: Finding[] = []
      let found = 0
      const { verified, keySource } = await verifyTrail(options, (finding) => {
        found += 1
        if (found > shownMax) return
        shown.push(finding)
        if (json !== true) print(`${finding.detail} (${finding.kind})\n`)
      })
      if (json === true) printJson(view(verified, keySource, { shown, found }))
      else print(summary(verified, keySource, found))
      if (found > 0) process.exitCode = exitCodes.failed
    })
}

function view(
  verified: Verified,
  keySource: KeySource,
  { shown, found }: { shown: readonly Finding[]; found: number },
) {
  const { blocks, events, unsealed, checkpoints, firstBlock, lastBlock } = verified
  return {
    ok: found === 0,
    blocks,
    first_block: firstBlock,
    last_block: lastBlock,
    events,
    unsealed,
    checkpoints,
    keys_from: keySource,
    findings: shown,
    findings_total: found,
  }
}

const advice: Record<KeySource, string> = {
  file: '',
  secret: '',
  database:
    'The keys come from the database itself. Someone who could change it could also add a key. Use --keys with ' +
    'a file that "proxima audit keys" printed, or check the database of the server, without --database.\n',
}

function summary(verified: Verified, keySource: KeySource, found: number): string {
  const { blocks, events, unsealed, checkpoints, firstBlock, lastBlock } = verified
  const range = blocks === 0 ? '' : ` (${firstBlock} to ${lastBlock})`
  const waiting = unsealed === 0 ? '' : ` To be sealed: ${count(unsealed, 'event')}.`
  const read = `${count(events, 'event')} in ${count(blocks, 'block')}${range}, ${count(checkpoints, 'checkpoint')}.`
  const result =
    found === 0 ? 'The audit trail is whole.\n' : `${count(found, 'finding')}: the audit trail was changed.\n`
  return `${read}${waiting}\n${advice[keySource]}${result}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
