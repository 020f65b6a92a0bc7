import { isDeepStrictEqual } from 'node:util'
import type { Sealer } from '../../../../platform/crypto/sealing.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { type AccountId, newIdAt } from '../../../../platform/kernel/ids.ts'
import { forbidden, invalidFields } from '../../../../platform/kernel/problems.ts'
import {
  type NewCredential,
  type PasskeyRegistration,
  passkeyRefused,
} from '../../../authenticators/passkeys/model.ts'
import type { CreationOptions } from '../../../authenticators/passkeys/options/model.ts'
import type { Flow, PasskeysService } from '../../../authenticators/passkeys/service.ts'
import type { PasswordsService } from '../../../authenticators/passwords/service.ts'
import type { IdentifiersService } from '../../../users/accounts/identifiers/service.ts'
import type { NewAccountInput } from '../../../users/accounts/model.ts'
import type { Registered, RegistrationSource } from '../model.ts'
import { readRegistration } from '../rules.ts'
import type { RegistrationService } from '../service.ts'
import type { GivenRegistration } from './model.ts'

export interface PasskeyRegistrationOptions {
  readonly identifiers: Pick<IdentifiersService, 'assertAvailable' | 'readNewAccount'>
  readonly passkeys: Pick<PasskeysService, 'startRegistration' | 'verifyRegistration'>
  readonly passwords: Pick<PasswordsService, 'assertAcceptable'>
  readonly registration: Pick<RegistrationService, 'assertOpen' | 'create'>
  readonly sealer: Pick<Sealer, 'open' | 'seal'>
  readonly clock: Clock
  readonly needsContact: boolean
  /** True if PROXIMA_PRIVACY is strict. */
  readonly isStrict: boolean
}

/** What the flow carries from the first step to the second, sealed: the server stores nothing about a stranger. */
interface Begun {
  readonly accountId: AccountId
  readonly input: NewAccountInput
}

/** Between the flow of the ceremony and what is sealed. Neither has it. */
const separator = '~'

/** Registers people whose account signs in with a passkey alone. */
export class PasskeyRegistrationService {
  readonly #options: PasskeyRegistrationOptions

  constructor(options: PasskeyRegistrationOptions) {
    this.#options = options
  }

  /**
   * Checks the fields, so that no one makes a passkey for an account that they cannot have.
   * @throws `forbidden`, `validation_failed`, `username_taken`, `email_taken`, `phone_number_taken`
   */
  async start(input: NewAccountInput): Promise<Flow<CreationOptions>> {
    const { clock, identifiers, isStrict, passkeys, registration } = this.#options
    registration.assertOpen()
    if (isStrict) throw passwordNeeded()
    const account = await readRegistration(this.#options, input, {})
    await identifiers.assertAvailable(account)
    const accountId = newIdAt<AccountId>(clock.now())
    const { flow, publicKey } = await passkeys.startRegistration({
      id: accountId,
      username: account.username?.given,
      email: account.email?.given,
      phoneNumber: account.phoneNumber?.canonical,
      fullName: account.fullName,
    })
    return { flow: `${flow}${separator}${this.#seal(flow, { accountId, input })}`, publicKey }
  }

  /**
   * Creates the account as a registration without a password does, with the passkey in place of a user secret.
   * @throws the errors of `start`, `passkey_refused`, `passkey_taken`
   */
  async finish(given: GivenRegistration, source: RegistrationSource): Promise<Registered> {
    const { isStrict, registration } = this.#options
    registration.assertOpen()
    if (isStrict) throw passwordNeeded()
    const [flow = '', sealed = ''] = given.flow.split(separator)
    const { accountId, input } = this.#open(flow, sealed)
    if (Object.keys(given.input).length > 0 && !isDeepStrictEqual(given.input, input)) throw changedFields()
    const verify = () => this.#verify(flow, given.response)
    const request = { flow, response: given.response }
    return await registration.create(input, { ...source, request, passkey: { accountId, verify } })
  }

  async #verify(flow: string, response: PasskeyRegistration): Promise<NewCredential> {
    const credential = await this.#options.passkeys.verifyRegistration(flow, response)
    if (credential === null) throw new Failure(passkeyRefused)
    return credential
  }

  #seal(flow: string, begun: Begun): string {
    return this.#options.sealer.seal(JSON.stringify(begun), sealingContext(flow))
  }

  /** @throws `passkey_refused` if the server has not made it */
  #open(flow: string, sealed: string): Begun {
    try {
      return JSON.parse(this.#options.sealer.open(sealed, sealingContext(flow))) as Begun
    } catch (cause) {
      throw new Failure(passkeyRefused, { cause })
    }
  }
}

function sealingContext(flow: string) {
  return { purpose: 'passkey_registration.input', id: flow }
}

/** As for a registration without a password: with strict privacy, someone must prove the address first (I4). */
function passwordNeeded(): Failure {
  const detail =
    'This server confirms each address before it shows anything about an account. Register with a password, and add a passkey after that.'
  return new Failure(forbidden, { detail })
}

function changedFields(): Failure {
  const detail = 'These are not the fields of the first step. Begin again, or send only flow and response.'
  return invalidFields({ pointer: '', code: 'changed', detail })
}
