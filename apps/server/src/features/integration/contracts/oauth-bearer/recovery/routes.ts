import type { ApiAnswer } from '../../../../../platform/kernel/other-api.ts'
import type { RequestContext } from '../../../../../platform/kernel/request-context.ts'
import { requestLimit, verifyLimit } from '../../../../authentication/recovery/limits/answer.ts'
import { type RecoveryGrant, recoveryTokenSeconds } from '../../../../authentication/recovery/model.ts'
import type { PasswordPolicy } from '../../../../authenticators/passwords/model.ts'
import type { PasswordsService } from '../../../../authenticators/passwords/service.ts'
import type { LookUp } from '../../../../users/accounts/identifiers/service.ts'
import type { ContractCall } from '../../contract.ts'
import { ok } from '../call.ts'
import { OldFields } from '../fields.ts'

/** The recovery of the native API, as far as this contract needs it. */
export interface OldRecovery {
  readonly passwordPolicy: PasswordPolicy
  readonly passwords: Pick<PasswordsService, 'assertAcceptable'>
  readonly recoveryClients: {
    remember(identifier: string, context: RequestContext): Promise<void>
    lookUp(context: RequestContext): Promise<LookUp>
  }
  readonly recoveryProofs: {
    verify(identifier: string, code: string, context: RequestContext): Promise<string>
    verifyFor(found: LookUp, code: string, context: RequestContext): Promise<string>
  }
  readonly recoveryRequests: {
    request(identifier: string, context: RequestContext): Promise<void>
  }
  readonly recoveryReset: {
    reset(
      reset: {
        readonly grant: RecoveryGrant
        readonly newPassword: string
        readonly passwordPolicy: PasswordPolicy
      },
      context: RequestContext,
    ): Promise<string | null>
  }
}

/** A code has six digits. An old page reads it as a number, which has no zeros in front. */
const codeDigits = 6

/** The code and its validation, each at the path of the old code and at that of its description. */
export function recoveryRoutes(options: OldRecovery) {
  const forgot = {
    access: 'public',
    forms: true,
    limit: requestLimit,
    handle: (call: ContractCall) => request(options, call),
  } as const
  const validate = {
    access: 'public',
    forms: true,
    limit: verifyLimit,
    handle: (call: ContractCall) => finish(options, call),
  } as const
  return {
    'POST /forgot': forgot,
    'POST /forgot_password': forgot,
    'POST /validate': validate,
    'POST /validate_code': validate,
  }
}

/** The old API said whether there is such a user. This one says the same in each case (I4). */
async function request(
  { recoveryClients, recoveryRequests }: OldRecovery,
  call: ContractCall,
): Promise<ApiAnswer> {
  const fields = new OldFields(call.body ?? {})
  const email = fields.text('email')
  fields.finish()
  await recoveryRequests.request(email, call.context)
  await recoveryClients.remember(email, call.context)
  return ok({ message: 'Verification Code Sent successfully' })
}

/** Takes the code, or the token that an earlier call with the code has returned. With a new password, it sets that. */
async function finish(options: OldRecovery, call: ContractCall): Promise<ApiAnswer> {
  const { passwordPolicy, passwords, recoveryReset } = options
  const fields = new OldFields(call.body ?? {})
  const given = fields.optionalText('recovery_token')
  const code = given === undefined ? fields.digits('code_from_user') : ''
  const email = fields.optionalText('email')
  const newPassword = given === undefined ? fields.optionalText('new_password') : fields.text('new_password')
  fields.finish()
  // A password that is refused in any case must not use up the code.
  if (newPassword !== undefined)
    await passwords.assertAcceptable({
      password: newPassword,
      context: [],
      pointer: '/new_password',
      policy: passwordPolicy,
    })
  const token = given ?? (await verify(options, { email, code }, call.context))
  const validated = { message: 'Code validated successfully' }
  if (newPassword === undefined)
    return ok({ ...validated, recovery_token: token, expires_in: recoveryTokenSeconds })
  const grant = { purpose: 'recovery_token', token } as const
  await recoveryReset.reset({ grant, newPassword, passwordPolicy }, call.context)
  return ok(validated)
}

/** The old page sends the code alone. Then the account is the one for which the same client has asked. */
async function verify(
  { recoveryClients, recoveryProofs }: OldRecovery,
  { email, code }: { readonly email: string | undefined; readonly code: string },
  context: RequestContext,
): Promise<string> {
  const digits = code.padStart(codeDigits, '0')
  if (email !== undefined) return await recoveryProofs.verify(email, digits, context)
  return await recoveryProofs.verifyFor(await recoveryClients.lookUp(context), digits, context)
}
