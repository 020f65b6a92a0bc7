import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** The server puts a new nonce in its place in each answer. */
const noncePlaceholder = '{{nonce}}'

export default defineConfig({
  base: '/console/',
  // The client runs from its sources, without a build.
  resolve: { conditions: ['proxima-source', 'browser', 'module', 'import', 'default'] },
  html: { cspNonce: noncePlaceholder },
  build: {
    target: 'es2023',
    // The policy forbids addresses with data in them.
    assetsInlineLimit: 0,
    // Browsers without it are older than what the console needs anyway.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The licences require their text in every copy.
    license: true,
    rolldownOptions: {
      // It marks code for servers that render React. There is none here.
      checks: { bundlerTimings: false },
      onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
    },
  },
  plugins: [compressed()],
})

/** Puts a file for each coding beside each file, so that the server compresses nothing. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      const folder = join(dir, 'assets')
      await Promise.all((await readdir(folder)).map((name) => compress(join(folder, name))))
    },
  }
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file)
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content))
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }))
}
