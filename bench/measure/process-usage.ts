import { existsSync, readFileSync } from 'node:fs'

/** Linux reports what a process has used. On other systems these figures are left out. */
export const canReadUsage = existsSync('/proc/self/stat')

const ticksPerSecond = 100

/** The user and system time of all threads of the process, in seconds. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // Before the bracket is the name of the program, which may contain spaces; see proc_pid_stat(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])]
  return (userTicks + systemTicks) / ticksPerSecond
}

/** The memory that the process occupies, in megabytes (10^6 bytes). */
export function residentMegabytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1])
  return (kibibytes * 1_024) / 1_000_000
}
