import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const source = resolve(import.meta.dirname, '../../src')
const call =
  /(?<!function )\b(?:clientKey|clientKeyOf|networkKey|wideNetworkKey)(?=\()|(?<=\.map\()(?:clientKey|networkKey)/g

/** Where the source turns an address into the key of a client or a network, such as `a/model.ts networkKey`. */
export function clientKeyUses(): string[] {
  const uses = globSync('**/*.ts', { cwd: source })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(source, file), 'utf8')
      return [...text.matchAll(call)].map(([name], index, all) => {
        const nth = all.slice(0, index).filter(([other]) => other === name).length
        return `${file} ${name}${nth === 0 ? '' : ` ${nth + 1}`}`
      })
    })
  return uses.sort()
}
