import type { Logger } from 'pino'
import type { SetupService } from '../features/administration/setup/service.ts'
import { setupPath } from '../features/pages/setup/page.ts'
import type { PublicUrl } from './public-url.ts'

interface Options {
  readonly setup: Pick<SetupService, 'newLink'>
  readonly publicUrl: PublicUrl
  readonly logger: Logger
}

/** Logs the link with which the operator makes the first administrator, as long as there is none. */
export class SetupOffer {
  readonly #options: Options
  #isStopping = false
  #current: Promise<string | null> = Promise.resolve(null)

  constructor(options: Options) {
    this.#options = options
  }

  /** @returns the link; null if the server has an administrator, or if it could not look */
  async make(): Promise<string | null> {
    if (!this.#isStopping) this.#current = this.#make()
    return await this.#current
  }

  /** Waits for the link that is being made, because the database is closed next. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#current
  }

  async #make(): Promise<string | null> {
    const { logger, publicUrl, setup } = this.#options
    try {
      const token = await setup.newLink()
      if (token === null) return null
      const url = `${publicUrl.get()}${setupPath}?token=${token}`
      logger.warn(
        { setup_url: url },
        'this server has no administrator: within an hour, open the address to make one',
      )
      return url
    } catch (error) {
      logger.warn({ err: error }, 'could not look for an administrator; start the server again to get a link')
      return null
    }
  }
}
