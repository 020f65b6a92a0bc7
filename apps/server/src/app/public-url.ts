/** The root of every link and the issuer of every token. It is never taken from a request (A87). */
export class PublicUrl {
  #url: string | null

  constructor(configured: string | null) {
    this.#url = configured
  }

  /** If no URL is configured, uses the address that the server listens on. */
  fallBackTo(listeningAddress: string): void {
    this.#url ??= listeningAddress
  }

  readonly get = (): string => {
    if (this.#url === null) throw new Error('the public URL is known only once the server listens')
    return this.#url
  }
}
