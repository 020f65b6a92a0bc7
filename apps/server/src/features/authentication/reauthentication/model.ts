/** The credential that a signed-in user gives again: one of the two, or neither if a fresh session is enough. */
export interface GivenCredentials {
  readonly currentPassword?: string
  readonly userSecret?: string
}
