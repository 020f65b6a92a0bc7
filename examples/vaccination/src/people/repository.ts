import type { Row, Statements } from '../database/database.ts'
import type { Person } from './model.ts'

/** Which column names the person. */
type Key = 'account_id' | 'national_id_digest'

/** All SQL about people. */
export class PeopleRepository {
  /** @throws DuplicateError */
  async insert(
    statements: Statements,
    person: Person & { readonly accountId: string; readonly nationalIdDigest: string },
  ): Promise<void> {
    await statements.change(
      'INSERT INTO people (id, account_id, national_id_digest, registered_at, turns) VALUES (?, ?, ?, ?, 0)',
      [person.id, person.accountId, person.nationalIdDigest, person.registeredAt],
    )
  }

  /** Null if no one has registered with this account. */
  async findByAccount(statements: Statements, accountId: string): Promise<Person | null> {
    return await find(statements, 'account_id', accountId)
  }

  /** As `findByAccount`. Until the end of the transaction, others who do the same for this person wait. */
  async lockByAccount(statements: Statements, accountId: string): Promise<Person | null> {
    return await lock(statements, 'account_id', accountId)
  }

  async lockByNationalId(statements: Statements, digest: string): Promise<Person | null> {
    return await lock(statements, 'national_id_digest', digest)
  }

  async anonymise(statements: Statements, personId: string, at: Date): Promise<void> {
    await statements.change(
      'UPDATE people SET account_id = NULL, national_id_digest = NULL, anonymised_at = ? WHERE id = ?',
      [at.toISOString(), personId],
    )
  }
}

/** An UPDATE locks the row on every engine, and then sees what the transaction before it has written. */
async function lock(statements: Statements, key: Key, value: string): Promise<Person | null> {
  const found = await statements.change(`UPDATE people SET turns = turns + 1 WHERE ${key} = ?`, [value])
  return found === 0 ? null : await find(statements, key, value)
}

async function find(statements: Statements, key: Key, value: string): Promise<Person | null> {
  const [row] = await statements.select(`SELECT id, registered_at FROM people WHERE ${key} = ?`, [value])
  return row === undefined ? null : personOf(row)
}

function personOf(row: Row): Person {
  return { id: String(row['id']), registeredAt: String(row['registered_at']) }
}
