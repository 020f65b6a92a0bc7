import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The last change that a version before this one's schema was released with: its newest migration is 0006. */
const commit = 'd8d9639033bca3da08b5f84ed8a497c58c3d7710'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))

/** A checkout may have come without its history, and then there is no version before. */
export const hasVersionBefore = has(commit)

/** The program as it was then, with the packages of now, and how to remove it. */
export function unpackVersionBefore(): { program: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'proxima-before-'))
  const archive = execFileSync('git', ['archive', commit, 'apps/server', 'package.json'], {
    cwd: repository,
    maxBuffer: 100_000_000,
  })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
  return {
    program: join(folder, 'apps/server/bin/proxima.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function has(name: string): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${name}^{commit}`], { cwd: repository, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
