import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

const compress = promisify(brotliCompress)

/** One file that pages load. */
export interface Asset {
  readonly mediaType: string
  readonly bytes: Buffer
  /** Returns the same, compressed by Brotli (RFC 7932). */
  compressed(): Promise<Buffer>
}

/** The styles and scripts of the pages. */
export interface Assets {
  readonly byName: ReadonlyMap<string, Asset>
  /** Changes with any of the files, so that each address always means the same bytes. */
  readonly version: string
}

const mediaTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

/** The style of all pages in its order: values, parts, the shells of pages, and what overrules the others. */
const styles = [
  'tokens.css',
  'elements.css',
  'buttons.css',
  'fields.css',
  'alerts.css',
  'cards.css',
  'tables.css',
  'navigation.css',
  'dialogs.css',
  'task.css',
  'account.css',
  'crop.css',
  'more-parts.css',
  'last.css',
] as const
const folder = new URL('./assets/', import.meta.url)

/** Reads the files once. `brandCss` is the style of the brand, and then that of the operator. */
export function readAssets(brandCss: string): Assets {
  const css = [...styles.map((name) => readFileSync(new URL(name, folder), 'utf8')), brandCss].join('\n')
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'))
  const texts = new Map([
    ['pages.css', css],
    ...scripts.toSorted().map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const),
  ])
  const version = createHash('sha256')
    .update(JSON.stringify([...texts]))
    .digest('hex')
    .slice(0, 16)
  const byName = new Map([...texts].map(([name, text]) => [name, assetOf(name, text)]))
  return { byName, version }
}

export function assetPath({ version }: Pick<Assets, 'version'>, name: string): string {
  return `/assets/${version}/${name}`
}

// Compressed once, when a reader first asks for it: at the start, all files together would take a quarter of a second.
function assetOf(name: string, text: string): Asset {
  const bytes = Buffer.from(text)
  let compressed: Promise<Buffer> | null = null
  return {
    mediaType: mediaTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    bytes,
    compressed: () => (compressed ??= compress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })),
  }
}
