import type { GivenFactor } from '../../authenticators/factors/model.ts'

/** The credential that a signed-in user gives again: one of the two, or neither if a fresh session is enough. */
export interface GivenCredentials {
  readonly currentPassword?: string
  readonly userSecret?: string
}

/** What a signed-in user gives to make their session fresh: exactly one of them. */
export interface GivenProof extends GivenCredentials {
  readonly factor?: GivenFactor
}
