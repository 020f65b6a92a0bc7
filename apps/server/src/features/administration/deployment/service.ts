import { describeConfig } from '../../../platform/config/describe-config.ts'
import type { Config } from '../../../platform/config/load-config.ts'
import { sections } from '../../../platform/config/settings.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { ClientsService } from '../../authorization/clients/service.ts'
import { adminRole } from '../../authorization/roles/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import { type FirstStep, firstSteps, type ShownSetting } from './model.ts'

export interface DeploymentOptions {
  readonly db: Database
  readonly config: Config
  readonly clients: Pick<ClientsService, 'hasAny'>
  readonly roles: Pick<RolesService, 'countHolders'>
}

/** What administrators see of the server itself. They change nothing here. */
export class DeploymentService {
  readonly #options: DeploymentOptions

  constructor(options: DeploymentOptions) {
    this.#options = options
  }

  /** The settings in effect, in the order of docs/config.md. Secrets are hidden. */
  settings(): ShownSetting[] {
    const titles = new Map(
      sections.flatMap(({ settings, title }) => Object.values(settings).map(({ name }) => [name, title])),
    )
    return describeConfig(this.#options.config).map((row) => ({
      ...row,
      section: titles.get(row.name as `PROXIMA_${string}`) ?? '',
    }))
  }

  /** The first steps, and which of them are done. Nothing is stored: each is looked up. */
  async checklist(): Promise<{ readonly step: FirstStep; readonly isDone: boolean }[]> {
    const { clients, config, db, roles } = this.#options
    const administrators = await roles.countHolders(db, adminRole, 2)
    const looks = ['serviceName', 'brandColor', 'logoUrl'] as const
    const isDone = {
      administrator: administrators > 0,
      appearance: looks.some((name) => config.sources[name] !== 'default'),
      mail: config.mailUrl !== null,
      application: await clients.hasAny(db),
      second_administrator: administrators > 1,
    } satisfies Record<FirstStep, boolean>
    return firstSteps.map((step) => ({ step, isDone: isDone[step] }))
  }
}
