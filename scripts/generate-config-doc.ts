// Writes docs/config.md from the settings. With --check it writes nothing and exits 1 if the file is stale.
import { configMarkdown } from '../apps/server/src/platform/config/describe-config.ts'
import { writeOrCheck } from './generated-document.ts'

writeOrCheck('docs/config.md', configMarkdown(), 'scripts/generate-config-doc.ts')
