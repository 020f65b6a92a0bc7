import { FactorRecoveryService } from '../../features/authentication/factor-recovery/service.ts'
import { FactorRecoveryWaits } from '../../features/authentication/factor-recovery/waits.ts'
import { InvitationsService } from '../../features/authentication/invitations/service.ts'
import { LogoutService } from '../../features/authentication/login/logout.ts'
import { PasskeyLoginService } from '../../features/authentication/login/passkeys/service.ts'
import { RefreshService } from '../../features/authentication/login/refresh.ts'
import { LoginService } from '../../features/authentication/login/service.ts'
import { SignInReports } from '../../features/authentication/new-sign-ins/reports.ts'
import { PlacesRepository } from '../../features/authentication/new-sign-ins/repository.ts'
import { NewSignIns } from '../../features/authentication/new-sign-ins/service.ts'
import { SessionRenewal } from '../../features/authentication/reauthentication/renewal.ts'
import { ReauthenticationService } from '../../features/authentication/reauthentication/service.ts'
import { SessionReplacement } from '../../features/authentication/reauthentication/session-replacement.ts'
import { RecoveryClients } from '../../features/authentication/recovery/clients.ts'
import { RecoveryProofs } from '../../features/authentication/recovery/proofs.ts'
import { RecoveryRequests } from '../../features/authentication/recovery/requests.ts'
import { RecoveryReset } from '../../features/authentication/recovery/reset.ts'
import { RecoveryTargets } from '../../features/authentication/recovery/targets.ts'
import { RecoveryWaits } from '../../features/authentication/recovery/waits.ts'
import { AvailabilityService } from '../../features/authentication/registration/availability.ts'
import { ConfirmationService } from '../../features/authentication/registration/confirmation.ts'
import { PasskeyRegistrationService } from '../../features/authentication/registration/passkeys/service.ts'
import { RegistrationService } from '../../features/authentication/registration/service.ts'
import { StrictRegistration } from '../../features/authentication/registration/strict.ts'
import { DeviceTrust } from '../../features/authentication/second-factor/device-trust.ts'
import { SecondFactors } from '../../features/authentication/second-factor/policy.ts'
import { SignInService } from '../../features/authentication/sign-in/service.ts'
import { SignInFlows } from '../../features/authentication/sign-in-codes/flows.ts'
import { SignInCodeRequests } from '../../features/authentication/sign-in-codes/requests.ts'
import { CodeSignIn } from '../../features/authentication/sign-in-codes/service.ts'
import { SignInTargets } from '../../features/authentication/sign-in-codes/targets.ts'
import { VerificationService } from '../../features/authentication/verification/service.ts'
import { WaysIn } from '../../features/authentication/ways-in/service.ts'
import { forgetGuesses } from '../../features/self-service/account-data/service.ts'
import { hourMs } from '../../platform/kernel/durations.ts'
import { wireFederation } from './federation.ts'
import type { Records } from './records.ts'

export type Authentication = ReturnType<typeof wireAuthentication>

export function wireAuthentication(records: Records) {
  const { config } = records
  const isStrict = config.privacy === 'strict'
  const reauthentication = new ReauthenticationService({
    ...records,
    freshSeconds: config.freshSessionSeconds,
  })
  const sessionReplacement = new SessionReplacement({ ...records, reauthentication })
  const sessionRenewal = new SessionRenewal({ ...records, reauthentication })
  const needsContact = config.verification === 'required'
  const verification = new VerificationService({ ...records, policy: config.verification })
  const registration = new RegistrationService({
    ...records,
    verification,
    needsContact,
    isOpen: config.registration === 'open',
    strict: isStrict ? new StrictRegistration({ ...records, needsContact }) : null,
  })
  const passkeyRegistration = new PasskeyRegistrationService({
    ...records,
    registration,
    isStrict,
    needsContact,
  })
  const confirmation = new ConfirmationService({ ...records, verification })
  const availability = new AvailabilityService({
    ...records,
    availability: config.availability
      .filter((name) => name === 'username' || !isStrict)
      .map((name) => (name === 'phone_number' ? 'phoneNumber' : name)),
  })
  const factorRecoveryWaits = new FactorRecoveryWaits({
    ...records,
    policy: { waitMs: config.factorRecoveryHours * hourMs },
  })
  const deviceTrust = new DeviceTrust(records)
  const secondFactors = new SecondFactors({ ...records, deviceTrust, factorRecoveryWaits })
  const newSignIns = new NewSignIns({
    ...records,
    places: new PlacesRepository(),
    isOn: config.newSignInNotice,
  })
  const signIn = new SignInService({ ...records, newSignIns, secondFactors })
  const factorRecovery = new FactorRecoveryService({ ...records, factorRecoveryWaits, signIn })
  const login = new LoginService({ ...records, signIn })
  const passkeyLogin = new PasskeyLoginService({ ...records, signIn })
  const refresh = new RefreshService(records)
  const invitations = new InvitationsService({ ...records, linkHours: config.invitationHours })
  const logout = new LogoutService(records)
  return {
    signIn,
    deviceTrust,
    factorRecovery,
    factorRecoveryWaits,
    reauthentication,
    sessionReplacement,
    sessionRenewal,
    verification,
    registration,
    passkeyRegistration,
    confirmation,
    availability,
    login,
    passkeyLogin,
    refresh,
    logout,
    invitations,
    newSignIns,
    ...wireRecovery(records, newSignIns),
    ...wireSignInCodes(records, signIn),
    ...wireFederation({ ...records, reauthentication, registration, signIn }),
    waysIn: new WaysIn(records),
  }
}

function wireSignInCodes(records: Records, signIn: SignInService) {
  const { config } = records
  const policy = {
    contacts: config.signInByCode,
    isOtherContactSlow: config.recoveryByOtherContactHours > 0,
  }
  const flows = new SignInFlows(records.sealer)
  const targets = new SignInTargets({ ...records, policy })
  const signInCodeRequests = new SignInCodeRequests({ ...records, flows, targets, policy })
  const codeSignIn = new CodeSignIn({ ...records, flows, signIn, targets })
  return { signInCodeRequests, codeSignIn }
}

function wireRecovery(records: Records, newSignIns: NewSignIns) {
  const { config } = records
  const policy = {
    byContact: config.recoveryByContact,
    byUnverifiedContact: config.recoveryByUnverifiedContact,
    byAdministrator: config.recoveryByAdministrator,
    byOtherContactMs: config.recoveryByOtherContactHours * hourMs,
  }
  const targets = new RecoveryTargets({ ...records, policy })
  const recoveryWaits = new RecoveryWaits({ ...records, policy })
  const recoveryRequests = new RecoveryRequests({ ...records, targets, policy })
  const recoveryProofs = new RecoveryProofs({ ...records, targets, waits: recoveryWaits })
  const recoveryReset = new RecoveryReset({
    ...records,
    targets,
    forgetGuesses: (transaction, accountId) => forgetGuesses(records, transaction, accountId),
  })
  const recoveryClients = new RecoveryClients(records)
  const signInReports = new SignInReports({ ...records, newSignIns, recovery: recoveryProofs })
  return { recoveryWaits, recoveryClients, recoveryRequests, recoveryProofs, recoveryReset, signInReports }
}
