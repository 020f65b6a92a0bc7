import { CommanderError } from 'commander'
import { StartRefused } from '../app/preconditions.ts'
import { ConfigError } from '../platform/config/config-error.ts'
import { DamagedSeal, WrongMasterSecret } from '../platform/crypto/sealing.ts'
import { reasonOf } from '../platform/database/faults.ts'
import { Failure, type FieldError } from '../platform/kernel/failures.ts'
import { notFound, unavailable } from '../platform/kernel/problems.ts'
import { exitCodes } from './exit-codes.ts'
import { visible } from './output.ts'

interface Report {
  readonly code: string
  readonly detail: string
  readonly errors?: readonly unknown[]
  /** The text for people, if it differs from the detail. */
  readonly text?: string
  readonly exitCode: number
}

// The API speaks of an address, which a command does not have.
const nothingFound =
  'There is nothing with this id, name or code. Check it; the command "list" shows what there is.'

/**
 * Prints the error on standard error, as JSON or as text.
 * @returns the exit code
 */
export function reportFailure(error: unknown, json: boolean): number {
  const { code, detail, errors = [], text = detail, exitCode } = describe(error)
  process.stderr.write(visible(`${json ? JSON.stringify({ code, detail, errors }) : text}\n`))
  return exitCode
}

function describe(error: unknown): Report {
  if (error instanceof CommanderError)
    return { code: 'usage', detail: usageOf(error), exitCode: exitCodes.usage }
  if (error instanceof ConfigError) return describeConfigError(error)
  if (error instanceof StartRefused) return describeRefusal(error)
  if (error instanceof WrongMasterSecret)
    return { code: 'wrong_master_secret', detail: error.message, exitCode: exitCodes.usage }
  if (error instanceof DamagedSeal)
    return { code: 'damaged_seal', detail: error.message, exitCode: exitCodes.failed }
  if (error instanceof Failure) return describeFailure(error)
  const detail = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? error.stack : undefined
  const text = `This is a bug in Proxima. Please report it with the following text.\n${stack ?? detail}`
  return { code: 'internal_error', detail, text, exitCode: exitCodes.failed }
}

function usageOf({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'A command is missing. Run --help to list the commands.'
  return message.replace(/^error: /, '').replaceAll('\n', ' ')
}

function describeConfigError({ problems, message }: ConfigError): Report {
  const text = problems.length === 1 ? problems.join('') : message
  return {
    code: 'config_invalid',
    detail: problems.join(' '),
    errors: problems,
    text,
    exitCode: exitCodes.usage,
  }
}

function describeRefusal({ refusals, message }: StartRefused): Report {
  const detail = message.replaceAll('\n', ' ')
  const code = refusals[0]?.code ?? 'start_refused'
  return { code, detail, errors: refusals, text: message, exitCode: exitCodes.usage }
}

function describeFailure(failure: Failure): Report {
  const { problem, message, errors } = failure
  if (problem === unavailable && failure.cause !== undefined) {
    const detail =
      `The database cannot be used: ${reasonOf(failure)}. ` +
      'Check that it runs, that its disk has free space, and that PROXIMA_DATABASE_URL is right.'
    return { code: problem.code, detail, exitCode: exitCodes.failed }
  }
  const exitCode = problem.kind === 'not_found' ? exitCodes.notFound : exitCodes.failed
  const detail = message === notFound.advice ? nothingFound : message
  const text = errors.length === 0 ? detail : errors.map(fieldLine).join('\n')
  return { code: problem.code, detail, errors, text, exitCode }
}

// The options of the command line are the fields of the API, with hyphens.
function fieldLine({ pointer, detail }: FieldError): string {
  return pointer === '' ? detail : `${pointer.slice(1).replaceAll('_', '-')}: ${detail}`
}
