import type { KyselyPlugin, OperationNode, RootOperationNode } from 'kysely'
import type { Database } from '../../src/platform/database/tables.ts'

/** Notes each statement, by which a clock would tell one case from another. */
export function watchWork(db: Database, onStatement: (name: string) => void): Database {
  const watch: KyselyPlugin = {
    transformQuery: ({ node }) => {
      onStatement(nameOf(node))
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return db.withPlugin(watch)
}

/** What is done to which table: `insert accounts`. */
function nameOf(node: RootOperationNode): string {
  const verb = node.kind.replace('QueryNode', '').toLowerCase()
  return `${verb} ${tableIn(node) ?? ''}`
}

function tableIn(node: OperationNode): string | null {
  if (node.kind === 'TableNode')
    return (node as unknown as { table: { identifier: { name: string } } }).table.identifier.name
  for (const value of Object.values(node).flat()) {
    if (typeof value !== 'object' || value === null || !('kind' in value)) continue
    const found = tableIn(value as OperationNode)
    if (found !== null) return found
  }
  return null
}
