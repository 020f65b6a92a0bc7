import { engines, type TestEngine } from '../apps/server/tests/support/engines.ts'

export interface FoundEngines {
  readonly engines: readonly TestEngine[]
  /** Each with the reason, so that a table never leaves one out in silence. */
  readonly leftOut: readonly string[]
}

const settingOf = { PostgreSQL: 'PROXIMA_TEST_POSTGRES_URL', MariaDB: 'PROXIMA_TEST_MYSQL_URL' } as const

/** Those that were given and let us make a database, asked before minutes are spent on the others. */
export async function findEngines(): Promise<FoundEngines> {
  const leftOut = Object.entries(settingOf)
    .filter(([name]) => !engines.some((engine) => engine.name === name))
    .map(([name, setting]) => `${name}: ${setting} is not set`)
  const found: TestEngine[] = []
  for (const engine of engines) {
    const reason = await reasonAgainst(engine)
    if (reason === null) found.push(engine)
    else leftOut.push(`${engine.name}: ${reason}`)
  }
  return { engines: found, leftOut }
}

async function reasonAgainst(engine: TestEngine): Promise<string | null> {
  try {
    const database = await engine.createDatabase()
    await database.drop()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
