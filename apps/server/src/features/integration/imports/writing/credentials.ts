import {
  type HashFamilyName,
  type HashHints,
  hashFamilyNames,
} from '../../../../platform/crypto/hash-formats/foreign-hash.ts'
import { checkedByOldBackend, readImportedHash } from '../../../../platform/crypto/imported-hash.ts'
import type { PasswordHasher } from '../../../../platform/crypto/password-hasher.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { UserSecretsService } from '../../../authenticators/user-secrets/service.ts'
import type { MapVariant, PasswordSpec } from '../maps/format.ts'
import { mapInvalid, type Note } from '../model.ts'
import type { CandidateSecret } from '../rows/model.ts'
import type { StoredAs } from '../rows/rules.ts'
import { specOf } from '../rows/text-field.ts'
import type { PlannedAccount } from './plan.ts'

type StoredSecret = ReturnType<UserSecretsService['unmatchable']>

/** What is stored for an account: exactly one of the two. */
export interface Credentials {
  readonly passwordHash: string | null
  readonly userSecret: StoredSecret | null
  readonly note: Note | null
}

export interface CredentialsOptions {
  readonly hasher: PasswordHasher
  readonly userSecrets: Pick<UserSecretsService, 'readImported' | 'unmatchable'>
}

/** Turns the passwords and secrets of an old backend into what Proxima stores. */
export class ImportedCredentials {
  readonly #options: CredentialsOptions
  readonly #hints: HashHints
  readonly #isElsewhere: boolean

  /**
   * @param isElsewhere true if the old backend checks the passwords that have no usable hash
   * @throws `map_invalid` if the map names a family of hashes that does not exist
   */
  constructor(options: CredentialsOptions, { fields }: MapVariant, isElsewhere: boolean) {
    this.#options = options
    this.#isElsewhere = isElsewhere
    this.#hints = fields.password === undefined ? {} : hintsOf(specOf(fields.password))
  }

  /** Why the hash cannot be imported; null if it can. Computes nothing. */
  refuseHash(text: string, salt: string | null): string | null {
    const read = readImportedHash(text, this.#hintsWith(salt))
    return read.kind === 'refused' ? read.reason : null
  }

  /** The same for a generated secret. */
  refuseSecret({ isPlain, keyId, text }: StoredAs): string | null {
    const read = this.#options.userSecrets.readImported({ keyId, value: text, isPlain })
    return read.kind === 'refused' ? read.reason : null
  }

  /**
   * What is stored for the account. It may be slow. An account without a usable secret gets one that no one knows, so that
   * its owner recovers it or gets another, unless the old backend checks its password at the first sign-in.
   */
  async of({ candidate, isRenamed }: PlannedAccount): Promise<Credentials> {
    const { password, userSecret } = candidate
    if (userSecret !== null && password === null) return this.#ofSecret(userSecret)
    const hash = password === null ? null : await this.#hashOf(password)
    const none = this.#isElsewhere && !isRenamed ? checkedByOldBackend : this.#options.hasher.unmatchable()
    return { passwordHash: hash ?? none, userSecret: null, note: null }
  }

  #ofSecret({ form, keyId, text }: CandidateSecret): Credentials {
    const { userSecrets } = this.#options
    const read = userSecrets.readImported({ keyId, value: text, isPlain: form === 'plain' })
    if (read.kind === 'accepted') return { passwordHash: null, userSecret: read.stored, note: null }
    const note = {
      field: 'user_secret',
      change: 'dropped',
      code: 'secret_refused',
      detail: read.reason,
    } as const
    return { passwordHash: null, userSecret: userSecrets.unmatchable(), note }
  }

  async #hashOf({ form, salt, text }: CandidateSecret): Promise<string | null> {
    const { hasher } = this.#options
    if (form === 'plain') return await hasher.hash(text)
    const read = readImportedHash(text, this.#hintsWith(salt))
    if (read.kind === 'refused') return null
    return read.kind === 'accepted' ? read.stored : await hasher.wrap(read.hash)
  }

  #hintsWith(salt: string | null): HashHints {
    return salt === null ? this.#hints : { ...this.#hints, salt }
  }
}

function hintsOf({ family, firebase, peppered }: PasswordSpec): HashHints {
  if (family !== undefined && !isFamily(family)) {
    const detail = `There is no family "${family}" of hashes. Use one of ${hashFamilyNames.join(', ')}.`
    throw new Failure(mapInvalid, { detail })
  }
  return {
    ...(family !== undefined && { family }),
    ...(peppered === true && { isPeppered: true }),
    ...(firebase !== undefined && {
      firebase: {
        signerKey: firebase.base64_signer_key,
        saltSeparator: firebase.base64_salt_separator,
        rounds: firebase.rounds,
        memoryCost: firebase.mem_cost,
      },
    }),
  }
}

function isFamily(name: string): name is HashFamilyName {
  return hashFamilyNames.some((each) => each === name)
}
