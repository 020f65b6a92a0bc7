// Writes docs/config.md from the settings. With --check it writes nothing and exits 1 if the file is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { configMarkdown } from '../apps/server/src/platform/config/describe-config.ts'

const document = new URL('../docs/config.md', import.meta.url)

function current(): string | null {
  try {
    return readFileSync(document, 'utf8')
  } catch {
    return null
  }
}

const text = configMarkdown()
if (!process.argv.includes('--check')) {
  writeFileSync(document, text)
} else if (current() !== text) {
  process.stderr.write('docs/config.md is stale. Run: node scripts/generate-config-doc.ts\n')
  process.exitCode = 1
}
