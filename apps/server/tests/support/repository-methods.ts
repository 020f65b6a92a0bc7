import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** A method of a repository, as its source has it. */
export interface RepositoryMethod {
  /** Such as `SessionsRepository.touch`. */
  readonly name: string
  readonly parameters: string
  readonly body: string
}

const source = resolve(import.meta.dirname, '../../src')
const method = /^ {2}(?:async )?(?!constructor\b)(\w+)\(([\s\S]*?)\): [^\n]*\{\n([\s\S]*?)^ {2}\}$/gm

/** Every public method of every repository. It reads the source, so a new one cannot be forgotten. */
export function repositoryMethods(): RepositoryMethod[] {
  return globSync('**/repository.ts', { cwd: source }).flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8')
    const [, repository = '', methods = ''] = /^export class (\w+)([\s\S]*)/m.exec(text) ?? []
    return [...methods.matchAll(method)].map(([, name, parameters = '', body = '']) => ({
      name: `${repository}.${name}`,
      parameters,
      body,
    }))
  })
}
