import type { RunningServer } from '../app/server.ts'
import type { Config } from '../platform/config/load-config.ts'

/** The greeting in development: where the server listens, where its data and its messages are, and a first call to try. */
export function welcome(config: Config, server: Pick<RunningServer, 'url' | 'isReady' | 'setupUrl'>): string {
  const { url, isReady, setupUrl } = server
  return `
  Proxima is listening on ${url}
  Your data is in         ${dataOf(config)}
  The API reference is at ${url}/docs
  Its messages are at     ${url}/outbox
${setupUrl === null ? '' : setup(setupUrl)}
${isReady ? example(url) : waiting}
`
}

function dataOf({ databaseUrl, dataDir }: Config): string {
  if (databaseUrl.engine === 'sqlite') return databaseUrl.path
  // A screen must not show the user name and the password.
  const { host, pathname } = new URL(databaseUrl.url)
  return `${databaseUrl.engine}://${host}${pathname} (and ${dataDir})`
}

function setup(url: string): string {
  return `
  It has no administrator. Within an hour, open this to make one:
    ${url}
`
}

function example(url: string): string {
  // Not the user of the tour in the README, so that one can try both, in any order.
  const body = `{"username":"zawadi","full_name":"Zawadi Otieno"}`
  return `  Try it:
    curl -X POST ${url}/v1/auth/register -H 'content-type: application/json' -d '${body}'
`
}

const waiting = `  The database cannot be used yet; the log shows the reason. Until then, the server answers calls with 503.
`
