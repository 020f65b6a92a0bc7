import type { KyselyPlugin } from 'kysely'
import { connect } from '../../src/platform/database/connect.ts'

/** Like `connect`. Once broken, every statement fails in a way that the server does not expect. */
export function connectBroken(isBroken: () => boolean): typeof connect {
  const breaking: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (isBroken()) throw new Error('a fault of the server itself')
      return result
    },
  }
  return (location, options) => {
    const connection = connect(location, options)
    return { ...connection, db: connection.db.withPlugin(breaking) }
  }
}
