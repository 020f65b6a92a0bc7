import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const packageFolder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/

/** The licences of the packages that these modules belong to, with their texts. */
export async function licensesOf(modules: readonly string[]): Promise<string> {
  const folders = new Set(
    modules.map((id) => packageFolder.exec(id)?.[0]).filter((folder) => folder !== undefined),
  )
  return [...folders]
    .sort()
    .map(licenseOf)
    .join(`\n\n${'-'.repeat(80)}\n\n`)
}

function licenseOf(folder: string): string {
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  const { name, version, license } = JSON.parse(manifest) as Record<'name' | 'version' | 'license', string>
  const texts = globSync(['LICEN[CS]E*', 'licen[cs]e*', 'NOTICE*'], { cwd: folder })
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return [`${name} ${version} (${license})`, ...texts].join('\n\n')
}
