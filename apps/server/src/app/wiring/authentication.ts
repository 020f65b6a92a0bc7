import { LogoutService } from '../../features/authentication/login/logout.ts'
import { RefreshService } from '../../features/authentication/login/refresh.ts'
import { RestoreService } from '../../features/authentication/login/restore.ts'
import { LoginService } from '../../features/authentication/login/service.ts'
import { ProofService } from '../../features/authentication/reauthentication/service.ts'
import { RegistrationService } from '../../features/authentication/registration/service.ts'
import { StrictRegistration } from '../../features/authentication/registration/strict.ts'
import { accountDataOf } from '../../features/self-service/account-data/service.ts'
import { Erasure } from '../../features/self-service/deletions/erasure.ts'
import { DeletionsRepository } from '../../features/self-service/deletions/repository.ts'
import { DeletionsService } from '../../features/self-service/deletions/service.ts'
import { scrub } from '../../platform/database/scrub.ts'
import type { Records } from './records.ts'

export type Authentication = ReturnType<typeof wireAuthentication>

export function wireAuthentication(records: Records) {
  const { config } = records
  const isStrict = config.privacy === 'strict'
  const proof = new ProofService({ ...records, freshSeconds: config.freshSessionSeconds })
  const registration = new RegistrationService({
    ...records,
    isOpen: config.registration === 'open',
    strict: isStrict ? new StrictRegistration(records) : null,
    availability: config.availability
      .filter((name) => name === 'username' || !isStrict)
      .map((name) => (name === 'phone_number' ? 'phoneNumber' : name)),
  })
  const deletions = wireDeletions({ ...records, proof })
  const login = new LoginService({ ...records, deletions })
  const restore = new RestoreService({ ...records, login })
  const refresh = new RefreshService(records)
  const logout = new LogoutService(records)
  return { proof, registration, deletions, login, restore, refresh, logout }
}

/** Deletions belong to self-service, but a sign-in may restore an account. */
function wireDeletions(above: Records & { readonly proof: ProofService }) {
  const { config, db, engine = { scrub: null } } = above
  const erasure = new Erasure({
    ...above,
    accountData: accountDataOf(above),
    scrub: () => scrub(db, engine),
  })
  return new DeletionsService({
    ...above,
    erasure,
    deletions: new DeletionsRepository(),
    graceDays: config.deletionGraceDays,
  })
}
