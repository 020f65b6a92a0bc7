import { engines, type TestEngine } from '../apps/server/tests/support/engines.ts'

export interface FoundEngines {
  readonly engines: readonly TestEngine[]
  /** The engines that are left out, each with the reason, so that a table never leaves one out without saying so. */
  readonly leftOut: readonly string[]
}

const settingOf = { PostgreSQL: 'PROXIMA_TEST_POSTGRES_URL', MariaDB: 'PROXIMA_TEST_MYSQL_URL' } as const

/**
 * Finds the engines that are configured and let us create a database. Checks this first, before minutes are spent on
 * the others.
 */
export async function findEngines(): Promise<FoundEngines> {
  const leftOut = Object.entries(settingOf)
    .filter(([name]) => !engines.some((engine) => engine.name === name))
    .map(([name, setting]) => `${name}: ${setting} is not set`)
  const found: TestEngine[] = []
  for (const engine of engines) {
    const reason = await reasonUnusable(engine)
    if (reason === null) found.push(engine)
    else leftOut.push(`${engine.name}: ${reason}`)
  }
  return { engines: found, leftOut }
}

async function reasonUnusable(engine: TestEngine): Promise<string | null> {
  try {
    const database = await engine.createDatabase()
    await database.drop()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
