import { type ContractMount, type ContractName, contractNames, ownSegments } from './contract-paths.ts'
import { choice, items } from './parsers.ts'
import { InvalidValue, type Parser, quote } from './setting.ts'

const prefixLengthMax = 100

/** Accepts several contracts, each perhaps with a prefix (`session-code=/old`), or `none`. */
export function contracts(): Parser<readonly ContractMount[]> {
  const name = choice(...contractNames)
  const names = contractNames.map((each) => `\`${each}\``).join(', ')
  return {
    range: `\`none\`, or a comma-separated list of ${names}, each perhaps with a prefix: \`session-code=/old\``,
    parse(text) {
      if (text === 'none') return []
      const mounts = items(text).map((item) => readMount(item, name))
      const known = new Set<string>()
      for (const mount of mounts) {
        if (known.has(mount.name)) throw new InvalidValue(`names ${quote(mount.name)} twice.`)
        known.add(mount.name)
      }
      return mounts
    },
  }
}

function readMount(item: string, names: Parser<ContractName>): ContractMount {
  const [given = '', ...rest] = item.split('=')
  const name = names.parse(given)
  const prefix = rest.length === 0 ? '' : readPrefix(rest.join('='))
  return { name, prefix, toString: () => (prefix === '' ? name : `${name}=${prefix}`) }
}

function readPrefix(text: string): string {
  if (text.length > prefixLengthMax || !/^(?:\/[a-zA-Z0-9][a-zA-Z0-9_.-]*)+$/.test(text))
    throw new InvalidValue(
      `has the prefix ${quote(text)}, which must be a path such as /old, without a slash at its end.`,
    )
  const [, first = ''] = text.split('/')
  if (ownSegments.includes(first.toLowerCase()))
    throw new InvalidValue(
      `has the prefix ${quote(text)}, but the server has paths of its own below /${first}.`,
    )
  return text
}
