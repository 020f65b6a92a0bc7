import type { Logger } from 'pino'
import { setupPath } from '../features/administration/setup/pages/page.ts'
import type { SetupService } from '../features/administration/setup/service.ts'
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
  #current: Promise<void> = Promise.resolve()

  constructor(options: Options) {
    this.#options = options
  }

  async make(): Promise<void> {
    if (!this.#isStopping) this.#current = this.#make()
    await this.#current
  }

  /** Waits for the link that is being made, because the database is closed next. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#current
  }

  async #make(): Promise<void> {
    const { logger, publicUrl, setup } = this.#options
    try {
      const token = await setup.newLink()
      if (token === null) return
      const url = `${publicUrl.get()}${setupPath}?token=${token}`
      logger.warn(
        { setup_url: url },
        'this server has no administrator: within an hour, open the address to make one',
      )
    } catch (error) {
      logger.warn({ err: error }, 'could not look for an administrator; start the server again to get a link')
    }
  }
}
