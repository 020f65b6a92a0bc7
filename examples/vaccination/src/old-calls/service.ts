import { type Database, DuplicateError } from '../database/database.ts'
import { type OldCaller, type OldRequest, oldFailure } from './model.ts'
import type { OldRequestsRepository } from './repository.ts'

export interface OldCallsServiceParts {
  readonly database: Database
  readonly requests: OldRequestsRepository
  readonly now: () => Date
}

/** What the four calls of the old service do. */
export class OldCallsService {
  readonly #parts: OldCallsServiceParts

  constructor(parts: OldCallsServiceParts) {
    this.#parts = parts
  }

  /** A user who asks again while a request waits still has one. @param userId the id in the old backend */
  async create({ accountId }: OldCaller, userId: number): Promise<void> {
    const { database, requests, now } = this.#parts
    try {
      await requests.insert(database, { accountId, userId, at: now() })
    } catch (error) {
      if (!(error instanceof DuplicateError)) throw error
    }
  }

  async listOwn({ accountId }: OldCaller): Promise<readonly OldRequest[]> {
    return await this.#parts.requests.listOf(this.#parts.database, accountId)
  }

  async listAll(caller: OldCaller): Promise<readonly OldRequest[]> {
    requireAdministrator(caller)
    return await this.#parts.requests.listAll(this.#parts.database)
  }

  async approve(caller: OldCaller, id: number): Promise<void> {
    requireAdministrator(caller)
    const { database, requests, now } = this.#parts
    if (!(await requests.approve(database, id, now()))) throw oldFailure(404, 'There is no such vaccination.')
  }
}

/** The role 2 of the old backend. The status is the old one. */
function requireAdministrator({ isAdministrator }: OldCaller): void {
  if (!isAdministrator) throw oldFailure(401, 'Only administrators may do this.')
}
