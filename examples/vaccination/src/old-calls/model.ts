/** A vaccination that someone has asked for on the old page. */
export interface OldRequest {
  readonly id: number
  /** The id of the user in the old backend. Null if the account is deleted. */
  readonly userId: number | null
  readonly requestedAt: string
  readonly approvedAt: string | null
}

/** The user of an old page. */
export interface OldCaller {
  readonly accountId: string
  readonly isAdministrator: boolean
}

/** An error in the form of the old service: FastAPI puts it into `detail`. */
export class OldFailure extends Error {
  readonly status: number
  readonly detail: unknown

  constructor(status: number, detail: unknown) {
    super(`An old call is answered with ${status}.`)
    this.name = 'OldFailure'
    this.status = status
    this.detail = detail
  }
}

export function oldFailure(status: number, message: string): OldFailure {
  return new OldFailure(status, { message })
}
