import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CredentialsFile } from './credentials-file.ts'
import { findPort, host } from './ports.ts'
import { type Credentials, type Needs, prepareAccounts } from './prepare-accounts.ts'
import type { Program, Programs } from './programs.ts'
import { type ProximaPlace, proximaServer, proximaUrl } from './proxima.ts'

/** A service that is shown beside Proxima. */
export interface Example {
  readonly name: string
  /** The usual port of the service. */
  readonly port: number
  /** For the databases, the logs and the credentials. Delete it to begin again. */
  readonly dataFolder: string
  readonly webhook: { readonly path: string; readonly eventTypes: readonly string[] }
  readonly roles?: Needs['roles']
  /** Settings of Proxima, by their names. */
  readonly proximaSettings?: ProximaPlace['settings']
  /** How the service is run. It answers `GET /healthz` when it is ready. */
  readonly service: (surroundings: Surroundings) => Pick<Program, 'command' | 'args' | 'environment'>
  /** What to paste into a shell first. */
  readonly firstCalls: (started: StartedExample) => string
}

export interface Surroundings {
  readonly port: number
  readonly dataFolder: string
  readonly accountsUrl: string
  readonly credentials: Credentials
}

/** Where things are, if not at their usual places. A port of 0 stands for any free one. */
export interface Places {
  readonly dataFolder?: string | undefined
  readonly port?: number | undefined
  readonly accountsPort?: number | undefined
}

export interface StartedExample {
  readonly url: string
  readonly accountsUrl: string
  readonly dataFolder: string
  /** Has the credentials. Only its owner can read it. */
  readonly accountsFile: string
  readonly credentials: Credentials
}

const accountsPortDefault = 4000

/** Starts Proxima, makes there what the service needs, and starts the service. @param programs for the caller to stop */
export async function startExample(
  example: Example,
  places: Places,
  programs: Programs,
): Promise<StartedExample> {
  const { dataFolder = example.dataFolder } = places
  const proxima = {
    dataFolder: join(dataFolder, 'proxima'),
    port: await findPort(places.accountsPort ?? accountsPortDefault),
    settings: example.proximaSettings,
  }
  const port = await findPort(places.port ?? example.port)
  const url = `http://${host}:${port}`
  const accountsUrl = proximaUrl(proxima)
  const accountsFile = join(dataFolder, 'accounts.json')
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })

  await programs.start(proximaServer(proxima, join(dataFolder, 'proxima.log')))
  const credentials = await prepareAccounts(proxima, new CredentialsFile(accountsFile), {
    name: example.name,
    roles: example.roles,
    webhook: { ...example.webhook, url: `${url}${example.webhook.path}` },
  })
  await programs.start({
    ...example.service({ port, dataFolder, accountsUrl, credentials }),
    name: example.name,
    logFile: join(dataFolder, 'service.log'),
    readyUrl: `${url}/healthz`,
  })
  return { url, accountsUrl, dataFolder, accountsFile, credentials }
}
