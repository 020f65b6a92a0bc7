import { spawn } from 'node:child_process'
import { root } from './instrument.ts'

const config = ['run', '--config', 'scripts/mutants/vitest.config.ts', '--tags-filter=!long']

export interface Run {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly timeLimitMs: number
}

export type Outcome = 'passed' | 'failed' | 'timed_out'

/** Runs Vitest with all faults in the source, of which at most one is active, on SQLite. */
export function vitest({ args, env, timeLimitMs }: Run): Promise<Outcome> {
  const engines = Object.keys(process.env).filter((name) => name.startsWith('PROXIMA_'))
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !engines.includes(name)))
  return new Promise((resolve, reject) => {
    const child = spawn('vitest', [...config, ...args], {
      cwd: root,
      env: { ...own, ...env },
      stdio: 'ignore',
      // A group of its own, so that a worker that is caught in a loop ends too.
      detached: true,
    })
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }, timeLimitMs)
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(timer)
      if (isLate) resolve('timed_out')
      else resolve(code === 0 ? 'passed' : 'failed')
    })
  })
}
