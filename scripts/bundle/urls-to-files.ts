import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, resolve } from 'node:path'
import type { Plugin } from 'rolldown'

/** Such as `new URL('./pages.css', import.meta.url)`. */
const reference = /new URL\('(\.[^']+)', import\.meta\.url\)/g

/**
 * Keeps files that the sources read or run beside them: a program or a thread becomes an entry of its own, any other
 * file is copied. A path of no file, such as that of a cache, stays as it is.
 */
export function urlsToFiles(): Plugin {
  return {
    name: 'urls-to-files',
    async transform(code, id) {
      if (!isAbsolute(id) || id.includes('node_modules')) return null
      let changed = code
      for (const [text, path = ''] of code.matchAll(reference)) {
        const file = resolve(dirname(id), path)
        if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) continue
        const name = basename(file, extname(file))
        const handle =
          extname(file) === '.ts'
            ? this.emitFile({ type: 'chunk', id: file, name })
            : this.emitFile({ type: 'asset', name: basename(file), source: await readFile(file) })
        changed = changed.replace(text, `new URL(import.meta.ROLLUP_FILE_URL_${handle})`)
      }
      if (/import\.meta\.(?:url|dirname|filename)/.test(changed.replaceAll(reference, '')))
        throw new Error(
          `${id}: write a path as new URL('./file', import.meta.url), or the bundle cannot find it`,
        )
      // No line moves, so the source maps stay right.
      return changed === code ? null : { code: changed, map: null }
    },
  }
}
