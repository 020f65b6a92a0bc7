import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Writes a generated document to `path`, relative to the repository. With --check it writes nothing, and exits with 1
 * if the file is stale.
 */
export function writeOrCheck(path: string, text: string, script: string): void {
  const file = new URL(`../${path}`, import.meta.url)
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text)
  } else if (current(file) !== text) {
    console.error(`${path} is stale. Run: node ${script}`)
    process.exitCode = 1
  }
}

function current(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
