import type { Config } from '../platform/config/load-config.ts'

/** What somebody who has just started it wants to know. */
export function welcome({ databaseUrl, dataDir }: Config, url: string): string {
  const data = databaseUrl.engine === 'sqlite' ? databaseUrl.path : `${databaseUrl.engine} (and ${dataDir})`
  return `
  Proxima is listening on ${url}
  Your data is in         ${data}
  The API reference is at ${url}/docs

  Try it:
    curl -X POST ${url}/v1/auth/register -H 'content-type: application/json' -d '{"username":"amina","full_name":"Amina Odhiambo"}'

`
}
