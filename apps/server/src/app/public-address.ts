/** The root of every link and the issuer of every token; never taken from a request (A87). */
export class PublicAddress {
  #url: string | null

  constructor(configured: string | null) {
    this.#url = configured
  }

  /** Where none is configured it is the address that the server listens on, known only once it does. */
  settle(listening: string): void {
    this.#url ??= listening
  }

  readonly get = (): string => {
    if (this.#url === null) throw new Error('the public address is known only once the server listens')
    return this.#url
  }
}
