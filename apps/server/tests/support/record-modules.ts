// Preloaded into a process with --import: at its end, it writes which modules the process has loaded, one a line.
import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const urls = new Set<string>()
registerHooks({
  load(url, context, next) {
    urls.add(url)
    return next(url, context)
  },
})
const file = process.env['LOADED_MODULES_FILE']
// The decoder and other children have an environment of their own.
if (file !== undefined) process.on('exit', () => writeFileSync(file, [...urls].join('\n')))
