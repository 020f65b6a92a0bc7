import { statSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path'
import type { Plugin, PluginContext } from 'rolldown'

/** Such as `new URL('./pages.css', import.meta.url)`. */
const reference = /new URL\('(\.[^']+)', import\.meta\.url\)/g

/**
 * Keeps files that the sources read or run beside them: a program or a thread becomes an entry of its own, any other
 * file is copied, and so is all of a folder, such as that of the console. A path of nothing, such as that of a cache,
 * stays as it is.
 */
export function urlsToFiles(): Plugin {
  return {
    name: 'urls-to-files',
    async transform(code, id) {
      if (!isAbsolute(id) || id.includes('node_modules')) return null
      let changed = code
      for (const [text, path = ''] of code.matchAll(reference)) {
        const copy = await copyOf(this, resolve(dirname(id), path))
        if (copy !== null) changed = changed.replace(text, copy)
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

/** Copies a file or a folder. @returns the code that finds the copy; null if there is nothing to copy */
async function copyOf(context: PluginContext, path: string): Promise<string | null> {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) {
    const handle = await emitFolder(context, path)
    return handle && `new URL('.', import.meta.ROLLUP_FILE_URL_${handle})`
  }
  if (found?.isFile() !== true) return null
  const name = basename(path, extname(path))
  const handle =
    extname(path) === '.ts'
      ? context.emitFile({ type: 'chunk', id: path, name })
      : context.emitFile({ type: 'asset', name: basename(path), source: await readFile(path) })
  return `new URL(import.meta.ROLLUP_FILE_URL_${handle})`
}

/** @returns the handle of a file at the top of the folder, from which the copy is found; null if it has none */
async function emitFolder(context: PluginContext, folder: string): Promise<string | null> {
  let top: string | null = null
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    // With the last two parts of its path, such as console/dist, so that two folders never mix.
    const fileName = join('files', basename(dirname(folder)), basename(folder), file.slice(folder.length))
    const handle = context.emitFile({ type: 'asset', fileName, source: await readFile(file) })
    if (entry.parentPath === folder) top ??= handle
  }
  return top
}
