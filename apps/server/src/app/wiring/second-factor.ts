import { SecondFactorService } from '../../features/authentication/second-factor/service.ts'
import { signInPurpose } from '../../features/authentication/sign-in/service.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'
import type { SelfService } from './self-service.ts'

/** Finishes every kind of sign-in, also a restoration, which comes later in the reading order. */
export function wireSecondFactor(above: Records & Authentication & SelfService) {
  const purposes = { sign_in: signInPurpose, restoration: above.restoration.purpose }
  return { secondFactor: new SecondFactorService({ ...above, purposes }) }
}
