import { cp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
import { licensesOf } from './licenses.ts'
import { copyPackages } from './native-packages.ts'
import { urlsToFiles } from './urls-to-files.ts'

const root = resolve(import.meta.dirname, '../..')
const program = join(root, 'apps/server/bin/proxima.js')

/** Packages with machine code. They stay packages, and are copied for the machine that makes the bundle. */
const nativePackages = ['@node-rs/argon2', '@node-rs/bcrypt', 'sharp']
/** Drivers try to load them, and do without them. */
const absentPackages = ['pg-native', 'pg-cloudflare', 'cloudflare:sockets']

/**
 * Writes the server as a few files that start faster and take less memory than its sources: `bin/proxima.js`, which
 * starts like the one in apps/server, chunks that are loaded when they are needed, and source maps, so that a stack
 * trace names the same lines as before.
 */
export async function bundle(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const build = await rolldown({
    input: { 'bin/proxima': program },
    platform: 'node',
    external: [...nativePackages, ...absentPackages],
    plugins: [urlsToFiles(), licenses()],
    onLog: (level, log, report) => {
      if (level !== 'warn') report(level, log)
      // The dependencies have them too, and no one here can fix those.
      else if (!(log.id ?? log.loc?.file ?? '').includes('node_modules')) throw new Error(log.message)
    },
  })
  await build.write({
    dir: folder,
    format: 'esm',
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    assetFileNames: 'files/[name]-[hash][extname]',
    // Without white space and comments. Names stay, because errors and logs contain them.
    minify: { compress: false, mangle: false, codegen: true },
  })
  await build.close()
  await copyPackages(nativePackages, { from: join(root, 'apps/server'), to: join(folder, 'node_modules') })
  await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'))
}

/** The licences require their text in every copy. */
function licenses(): Plugin {
  return {
    name: 'licenses',
    async generateBundle(_options, files) {
      const modules = Object.values(files).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
      this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source: await licensesOf(modules) })
    },
  }
}
