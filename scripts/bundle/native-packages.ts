import { existsSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Copies packages with everything that they need and that is installed. */
export async function copyPackages(
  names: readonly string[],
  { from, to, copied = new Set() }: { from: string; to: string; copied?: Set<string> },
): Promise<void> {
  for (const name of names.filter((each) => !copied.has(each))) {
    const folder = find(name, from)
    // A package for another kind of machine.
    if (folder === null) continue
    copied.add(name)
    await cp(folder, join(to, name), { recursive: true, dereference: true })
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      await readFile(join(folder, 'package.json'), 'utf8'),
    ) as Manifest
    const needed = Object.keys({ ...dependencies, ...optionalDependencies })
    await copyPackages(needed, { from: folder, to, copied })
  }
}

function find(name: string, from: string): string | null {
  const folder = join(from, 'node_modules', name)
  if (existsSync(folder)) return folder
  const parent = dirname(from)
  return parent === from ? null : find(name, parent)
}
