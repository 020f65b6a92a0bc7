import { Failure } from '../../../platform/kernel/failures.ts'
import { forbidden, invalidFields } from '../../../platform/kernel/problems.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { IdentifiersInput } from '../../users/accounts/model.ts'
import type { Availability, IdentifierName } from './model.ts'

export interface AvailabilityOptions {
  readonly identifiers: Pick<IdentifiersService, 'unavailableReason'>
  /** The identifiers that the check answers for. */
  readonly availability: readonly IdentifierName[]
}

/** Says whether an identifier is free, before someone registers with it. */
export class AvailabilityService {
  readonly #options: AvailabilityOptions

  constructor(options: AvailabilityOptions) {
    this.#options = options
  }

  /** True if the configuration allows the check. */
  answersFor(name: IdentifierName): boolean {
    return this.#options.availability.includes(name)
  }

  /**
   * @throws `forbidden` if the configuration does not allow the check
   * @throws `validation_failed` unless one identifier is given
   */
  async check(input: IdentifiersInput): Promise<Availability> {
    const { identifiers } = this.#options
    const [name, ...more] = (['username', 'email', 'phoneNumber'] as const).filter(
      (each) => input[each] !== undefined,
    )
    if (name === undefined || more.length > 0) throw oneIdentifierNeeded()
    if (!this.answersFor(name)) {
      throw new Failure(forbidden, {
        detail: 'This server does not reveal whether an identifier of this kind is taken.',
      })
    }
    const reason = await identifiers.unavailableReason(input)
    return { available: reason === null, reason }
  }
}

function oneIdentifierNeeded(): Failure {
  const detail = 'Give exactly one of username, email and phone_number.'
  return invalidFields({ pointer: '', code: 'one_identifier_needed', detail })
}
