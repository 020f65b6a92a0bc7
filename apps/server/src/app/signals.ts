import { isatty } from 'node:tty'
import type { Logger } from 'pino'

/** A signal that this process may ignore. */
export type IgnoredSignal = 'SIGUSR1' | 'SIGUSR2' | 'SIGHUP'

/** 128 and the number of SIGHUP, as a shell reports it. */
export const hangUpExitCode = 129

/**
 * The signals that this process ignores. SIGUSR1 and SIGUSR2 ask other servers to open their log files again; the
 * default of Node for the first is to open a debugger, and for the second to end.
 *
 * SIGHUP means that the terminal is gone. A server that was started without one, by a supervisor or with `nohup`, has
 * none to lose. Node forgets that `nohup` asked it to ignore the signal, so the terminal decides.
 */
export function ignoredSignals(isAtTerminal = [0, 1, 2].some((fd) => isatty(fd))): IgnoredSignal[] {
  return ['SIGUSR1', 'SIGUSR2', ...(isAtTerminal ? [] : (['SIGHUP'] as const))]
}

export function ignoreSignals(signals: readonly IgnoredSignal[], logger: Logger): void {
  for (const signal of signals)
    process.on(signal, () =>
      logger.info({ signal }, 'ignored a signal: there is nothing to reload or reopen'),
    )
}
