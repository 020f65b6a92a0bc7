import type { Services } from '../../src/app/wire.ts'
import { adminRole, operator } from '../../src/features/authorization/roles/model.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { newId } from '../../src/platform/kernel/ids.ts'
import { type NewPerson, newPerson } from './people.ts'
import type { TestClient } from './test-client.ts'

/** Roles without permissions, whatever their names are: for tests that are about something else. */
export async function insertRoles(db: Database, ...names: readonly string[]): Promise<void> {
  const times = { created_at: 0, updated_at: 0 }
  await db
    .insertInto('roles')
    .values(names.map((name) => ({ name, description: null, ...times })))
    .execute()
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
