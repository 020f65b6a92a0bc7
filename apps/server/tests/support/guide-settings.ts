/** The settings of a block, as a shell reads them. */
export function settingsOf(block: string): Record<string, string> {
  const lines = block.matchAll(/^(\w+)=(?:"(.*)"|'(.*)'|(\S*))$/gm)
  return Object.fromEntries(
    [...lines].map(([, name = '', double, single, bare = '']) => [name, double ?? single ?? bare]),
  )
}
