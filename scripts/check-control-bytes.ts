// Refuses raw control characters in tracked files: with a single NUL byte, git and grep treat a file as binary, and a
// review shows no difference. Write them as escapes (\u0000).
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** True for every control character but tab, line feed and carriage return. The formatter checks line endings. */
function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f
}

const binary = /\.(?:png|jpe?g|webp|ico|woff2)$/

const root = process.argv[2] ?? '.'
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0')
const problems = tracked
  // A file that is deleted and not yet committed is still listed.
  .filter((path) => path !== '' && !binary.test(path) && existsSync(`${root}/${path}`))
  .flatMap((path) => {
    const bytes = readFileSync(`${root}/${path}`)
    const at = bytes.findIndex(isControl)
    if (at < 0) return []
    const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1
    return [`${path}:${line} contains the control byte 0x${bytes[at]?.toString(16).padStart(2, '0')}.`]
  })
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log('No tracked file contains a raw control character.')
