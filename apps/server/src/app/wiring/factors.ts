import { FactorsService } from '../../features/authenticators/factors/service.ts'
import { PasskeyAssertions } from '../../features/authenticators/passkeys/assertions.ts'
import { CeremoniesRepository } from '../../features/authenticators/passkeys/ceremonies/repository.ts'
import { CeremoniesService } from '../../features/authenticators/passkeys/ceremonies/service.ts'
import { relyingPartyOf } from '../../features/authenticators/passkeys/relying-party.ts'
import { PasskeysRepository } from '../../features/authenticators/passkeys/repository.ts'
import { PasskeysService } from '../../features/authenticators/passkeys/service.ts'
import { RecoveryCodesRepository } from '../../features/authenticators/recovery-codes/repository.ts'
import { RecoveryCodesService } from '../../features/authenticators/recovery-codes/service.ts'
import { TotpRepository } from '../../features/authenticators/totp/repository.ts'
import { TotpService } from '../../features/authenticators/totp/service.ts'
import type { Messages } from './messages.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'
import type { Users } from './users.ts'

/** Every kind of second factor. A new kind needs a line in `own`, or in `others` if no one adds it to an account. */
export function wireFactors(above: Platform & Safeguards & Messages & Users) {
  const totp = new TotpService({
    ...above,
    totp: new TotpRepository(),
    serviceName: above.config.serviceName,
  })
  const passkeys = wirePasskeys(above)
  const recoveryCodes = new RecoveryCodesService({ ...above, recoveryCodes: new RecoveryCodesRepository() })
  const factors = new FactorsService({ own: [passkeys.passkeys, totp], others: [recoveryCodes] })
  return { factors, recoveryCodes, totp, ...passkeys }
}

function wirePasskeys(above: Platform & Safeguards & Messages & Users) {
  const { config, publicUrl } = above
  const { serviceName, passkeyDomain } = config
  const passkeyOrigins = config.passkeyOrigins ?? []
  const relyingParty = () =>
    relyingPartyOf({ publicUrl: publicUrl.get, serviceName, passkeyDomain, passkeyOrigins })
  const parts = { ...above, passkeys: new PasskeysRepository(), relyingParty }
  const passkeyAssertions = new PasskeyAssertions(parts)
  const passkeyCeremonies = new CeremoniesService({ ...above, ceremonies: new CeremoniesRepository() })
  const passkeys = new PasskeysService({
    ...parts,
    assertions: passkeyAssertions,
    ceremonies: passkeyCeremonies,
    attestation: config.passkeyAttestation,
    hidesPasskeys: config.privacy === 'strict',
  })
  return { passkeys, passkeyCeremonies }
}
