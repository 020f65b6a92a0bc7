import { ConfigError } from '../platform/config/config-error.ts'
import { WrongMasterSecret } from '../platform/crypto/sealing.ts'
import { Failure } from '../platform/kernel/failures.ts'
import { exitCodes } from './exit-codes.ts'

/** Says on standard error what went wrong. @returns the exit code */
export function reportFailure(error: unknown, json: boolean): number {
  const { code, lines, exitCode } = describe(error)
  const text = json
    ? JSON.stringify({ code, detail: lines.join(' '), errors: errorsOf(error) })
    : lines.join('\n')
  process.stderr.write(`${text}\n`)
  return exitCode
}

function describe(error: unknown): { code: string; lines: readonly string[]; exitCode: number } {
  if (error instanceof ConfigError)
    return { code: 'config_invalid', lines: error.problems, exitCode: exitCodes.usage }
  if (error instanceof WrongMasterSecret)
    return { code: 'wrong_master_secret', lines: [error.message], exitCode: exitCodes.usage }
  if (error instanceof Failure) {
    const { code, kind } = error.problem
    const fields = error.errors.map(({ pointer, detail }) => `  ${pointer.slice(1)}: ${detail}`)
    return {
      code,
      lines: [error.message, ...fields],
      exitCode: kind === 'not_found' ? exitCodes.notFound : exitCodes.failed,
    }
  }
  return {
    code: 'internal_error',
    lines: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    exitCode: exitCodes.failed,
  }
}

function errorsOf(error: unknown): readonly unknown[] {
  if (error instanceof ConfigError) return error.problems
  return error instanceof Failure ? error.errors : []
}
