/** What the service needs to know when it starts. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly databaseFile: string
  /** The public URL of the Proxima server. */
  readonly accountsUrl: string
  /** An API key with the permission `tokens:introspect`. */
  readonly apiKey: string
  readonly webhookSecret: string
}

/** @throws Error if one is missing, so that the service does not start without it */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  return {
    host: environment['HOST'] ?? '127.0.0.1',
    port: Number(environment['PORT'] ?? 4100),
    databaseFile: required(environment, 'DATABASE_FILE'),
    accountsUrl: required(environment, 'ACCOUNTS_URL'),
    apiKey: required(environment, 'ACCOUNTS_API_KEY'),
    webhookSecret: required(environment, 'ACCOUNTS_WEBHOOK_SECRET'),
  }
}

function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name]
  if (value === undefined || value === '') throw new Error(`Set ${name}. The README lists the settings.`)
  return value
}
