import { accountDeleted, type DeletionFacts } from './account-deleted.ts'
import { accountRecovered } from './account-recovered.ts'
import { accountReinstated } from './account-reinstated.ts'
import { accountRestored } from './account-restored.ts'
import { accountViewed } from './account-viewed.ts'
import { accountsMerged } from './accounts-merged.ts'
import { apiKeyCreated } from './api-key-created.ts'
import { type ContactChangeFacts, contactChange } from './contact-change.ts'
import { type ContactChangeRequestedFacts, contactChangeRequested } from './contact-change-requested.ts'
import { contactChangeTaken } from './contact-change-taken.ts'
import { contactChangeUndone } from './contact-change-undone.ts'
import { contactChanged } from './contact-changed.ts'
import { contactVerification, type VerificationFacts } from './contact-verification.ts'
import { deviceTrusted } from './device-trusted.ts'
import { factorAdded } from './factor-added.ts'
import { type FactorRecoveryFacts, factorRecovery } from './factor-recovery.ts'
import { factorRecoveryWaiting } from './factor-recovery-waiting.ts'
import { factorRemoved } from './factor-removed.ts'
import { type InvitationFacts, invitation } from './invitation.ts'
import { linkedAccountAdded } from './linked-account-added.ts'
import { linkedAccountRemoved } from './linked-account-removed.ts'
import { type NewSignInFacts, newSignIn } from './new-sign-in.ts'
import { passkeyCopied } from './passkey-copied.ts'
import { passwordChanged } from './password-changed.ts'
import { passwordReset } from './password-reset.ts'
import { type RecoveryFacts, recovery } from './recovery.ts'
import { type RecoveryCodeFacts, recoveryCodeUsed } from './recovery-code-used.ts'
import { recoveryCodesReplaced } from './recovery-codes-replaced.ts'
import { recoveryWaiting, type WaitingFacts } from './recovery-waiting.ts'
import { refreshReused } from './refresh-reused.ts'
import { registrationReceived } from './registration-received.ts'
import { registrationTaken } from './registration-taken.ts'
import { type SecondFactorCodeFacts, secondFactorCode } from './second-factor-code.ts'
import { secretRenewed } from './secret-renewed.ts'
import { secretReset } from './secret-reset.ts'
import { type SignInCodeFacts, signInCode } from './sign-in-code.ts'
import type { NoFacts, Template } from './template.ts'
import type { UndoFacts } from './undo-offer.ts'
import { usernameChanged } from './username-changed.ts'

/** Messages to an address, whether or not it belongs to an account, each with the facts that it needs. */
export interface AddressFacts {
  contact_change: ContactChangeFacts
  contact_change_taken: NoFacts
  contact_verification: VerificationFacts
  factor_recovery: FactorRecoveryFacts
  invitation: InvitationFacts
  recovery: RecoveryFacts
  registration_received: VerificationFacts
  registration_taken: NoFacts
  second_factor_code: SecondFactorCodeFacts
  sign_in_code: SignInCodeFacts
}

export type AddressTemplateName = keyof AddressFacts

export const addressTemplates: {
  readonly [Name in AddressTemplateName]: Template<AddressFacts[Name]>
} = {
  contact_change: contactChange,
  contact_change_taken: contactChangeTaken,
  contact_verification: contactVerification,
  factor_recovery: factorRecovery,
  invitation,
  recovery,
  registration_received: registrationReceived,
  registration_taken: registrationTaken,
  second_factor_code: secondFactorCode,
  sign_in_code: signInCode,
}

/** Notifications to the owner of an account, each with the facts that it needs in addition to the security context. */
export interface OwnerFacts {
  account_deleted: DeletionFacts
  account_recovered: NoFacts
  account_reinstated: NoFacts
  account_restored: NoFacts
  account_viewed: NoFacts
  accounts_merged: NoFacts
  api_key_created: NoFacts
  contact_change_requested: ContactChangeRequestedFacts
  contact_change_undone: NoFacts
  contact_changed: UndoFacts
  device_trusted: NoFacts
  factor_added: NoFacts
  factor_recovery_waiting: WaitingFacts
  factor_removed: NoFacts
  new_sign_in: NewSignInFacts
  linked_account_added: NoFacts
  linked_account_removed: NoFacts
  password_changed: NoFacts
  password_reset: NoFacts
  recovery_code_used: RecoveryCodeFacts
  recovery_codes_replaced: NoFacts
  passkey_copied: NoFacts
  recovery_waiting: WaitingFacts
  refresh_reused: NoFacts
  secret_renewed: NoFacts
  secret_reset: NoFacts
  username_changed: NoFacts
}

export type OwnerTemplateName = keyof OwnerFacts

export const ownerTemplates: {
  readonly [Name in OwnerTemplateName]: Template<OwnerFacts[Name]>
} = {
  account_deleted: accountDeleted,
  account_recovered: accountRecovered,
  account_reinstated: accountReinstated,
  account_restored: accountRestored,
  account_viewed: accountViewed,
  accounts_merged: accountsMerged,
  api_key_created: apiKeyCreated,
  contact_change_requested: contactChangeRequested,
  contact_change_undone: contactChangeUndone,
  contact_changed: contactChanged,
  device_trusted: deviceTrusted,
  factor_added: factorAdded,
  factor_recovery_waiting: factorRecoveryWaiting,
  factor_removed: factorRemoved,
  new_sign_in: newSignIn,
  linked_account_added: linkedAccountAdded,
  linked_account_removed: linkedAccountRemoved,
  password_changed: passwordChanged,
  password_reset: passwordReset,
  recovery_code_used: recoveryCodeUsed,
  recovery_codes_replaced: recoveryCodesReplaced,
  passkey_copied: passkeyCopied,
  recovery_waiting: recoveryWaiting,
  refresh_reused: refreshReused,
  secret_renewed: secretRenewed,
  secret_reset: secretReset,
  username_changed: usernameChanged,
}
