import { execFileSync } from 'node:child_process'
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { median } from '../measure/statistics.ts'

/** Describes the machine of the measurement, and how busy it was with other work. */
export function describeMachine(): string[] {
  const [cpu, ...more] = cpus()
  const [load = 0] = loadavg()
  return [
    `${cpu?.model ?? 'unknown processor'}, ${more.length + 1} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
    `Node ${process.versions.node}`,
    `a write of 4 KiB made durable in ${tmpdir()}: ${durableWriteMs().toFixed(2)} ms`,
    `load average at the start: ${load.toFixed(2)}`,
  ]
}

/** The shortest time that a durable commit can take on this machine: the median of 50 writes. */
function durableWriteMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'proxima-bench-'))
  const file = openSync(join(folder, 'durable'), 'w')
  const page = Buffer.alloc(4_096, 1)
  const took = Array.from({ length: 50 }, () => {
    const startedAt = performance.now()
    writeSync(file, page)
    fsyncSync(file)
    return performance.now() - startedAt
  })
  closeSync(file)
  rmSync(folder, { recursive: true })
  return median(took)
}

export interface Commit {
  readonly id: string
  /** True if files differ from the commit, so that the figures are not those of the commit alone. */
  readonly isClean: boolean
}

export function currentCommit(): Commit {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  return { id: git('rev-parse', '--short=10', 'HEAD'), isClean: git('status', '--porcelain') === '' }
}
