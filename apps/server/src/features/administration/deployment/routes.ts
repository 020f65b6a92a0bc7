import type { App } from '../../../platform/http/app.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { Finding } from './model.ts'
import {
  ChecklistView,
  checklistView,
  FindingsView,
  findingsView,
  SettingsView,
  settingsView,
} from './schema.ts'
import type { DeploymentService } from './service.ts'

export interface DeploymentRoutesOptions {
  readonly deployment: Pick<DeploymentService, 'checklist' | 'settings'>
  /** Checks the running server. */
  readonly examine: () => Promise<readonly Finding[]>
  readonly clock: Clock
}

const access = { permission: 'settings:read' } as const
const tags = ['Administration']

/** Each call verifies the end of the audit trail, which takes about a second on a busy server. */
const findingsLimit = { name: 'findings', quota: 60, windowSeconds: 300 }

export function deploymentRoutes(app: App, { clock, deployment, examine }: DeploymentRoutesOptions): void {
  app.get(
    '/v1/settings',
    {
      config: { access },
      schema: {
        operationId: 'listSettings',
        summary: 'List the settings in effect',
        description:
          'Shows where each value comes from. Secrets are hidden. Settings change at a start only.',
        tags,
        response: { 200: SettingsView },
      },
    },
    async () => settingsView(deployment.settings()),
  )
  app.get(
    '/v1/findings',
    {
      config: { access, limit: findingsLimit },
      schema: {
        operationId: 'listFindings',
        summary: 'Check the server',
        description:
          'Lists the problems that the running server finds by itself, and what to do about them. `proxima doctor` checks more.',
        tags,
        response: { 200: FindingsView },
      },
    },
    async () => findingsView(await examine(), clock.now()),
  )
  app.get(
    '/v1/checklist',
    {
      config: { access },
      schema: {
        operationId: 'getChecklist',
        summary: 'Show what to do first with a new server',
        tags,
        response: { 200: ChecklistView },
      },
    },
    async () => checklistView(await deployment.checklist()),
  )
}
