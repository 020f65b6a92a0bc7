import type { Services } from '../../src/app/wire.ts'
import { adminRole, operator } from '../../src/features/authorization/roles/model.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'
import { type NewPerson, newPerson } from './people.ts'
import type { TestClient } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import type { TestServer } from './test-server.ts'

/** Roles without permissions, whatever their names are: for tests that are about something else. */
export async function insertRoles(db: Database, ...names: readonly string[]): Promise<void> {
  const times = { created_at: 0, updated_at: 0 }
  await db
    .insertInto('roles')
    .values(names.map((name) => ({ name, description: null, ...times })))
    .execute()
}

/** Makes an account of a running server an administrator, without a command. */
export async function makeAdministrator(
  { databaseUrl }: Pick<TestServer, 'databaseUrl'>,
  id: AccountId,
): Promise<void> {
  const db = openDatabase(databaseUrl)
  await db.insertInto('account_roles').values({ account_id: id, role: adminRole }).execute()
  await db.destroy()
}

/** Registers an administrator and signs in. */
export async function signUpAdministrator(
  server: Pick<TestServer, 'client' | 'databaseUrl'>,
  username: string,
  password?: string,
): Promise<{ readonly id: AccountId; readonly token: string }> {
  const { user, token } = await server.client.signUp(username, password)
  await makeAdministrator(server, user.id)
  return { id: user.id, token }
}

type RoleServices = Pick<Services, 'db' | 'roleAssignment' | 'roleDefinitions'>

/** Creates a role. @returns its name */
export async function newRole(services: RoleServices, permissions: readonly string[] = []): Promise<string> {
  const name = `r-${newId().slice(-12)}`
  await services.roleDefinitions.create(services.db, { name, permissions }, operator)
  return name
}

/** A person who has exactly these permissions, by a role of their own beside `user`. */
export async function personWith(
  client: TestClient,
  services: RoleServices,
  permissions: readonly string[],
): Promise<NewPerson & { readonly role: string }> {
  const person = await newPerson(client)
  const role = await newRole(services, permissions)
  await services.roleAssignment.add(person.id, role)
  return { ...person, role }
}

export async function newAdministrator(client: TestClient, services: RoleServices): Promise<NewPerson> {
  const person = await newPerson(client)
  await services.roleAssignment.add(person.id, adminRole)
  return person
}
