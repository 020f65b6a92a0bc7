import { existsSync, readFileSync } from 'node:fs'

/** Linux tells what a process has used; elsewhere these figures are left out. */
export const canReadUsage = existsSync('/proc/self/stat')

const ticksPerSecond = 100

/** User and system time of all its threads, in seconds. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // What stands before the bracket is the name of the program, which may hold blanks; see proc_pid_stat(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])]
  return (userTicks + systemTicks) / ticksPerSecond
}

/** What it holds of the machine's memory, in megabytes (10^6 bytes). */
export function residentMegabytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1])
  return (kibibytes * 1_024) / 1_000_000
}
