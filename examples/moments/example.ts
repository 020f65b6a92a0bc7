import { fileURLToPath } from 'node:url'
import type { Example } from '../start/start-example.ts'

const main = fileURLToPath(new URL('./src/main.ts', import.meta.url))

/** How this service is started beside Proxima. */
export const moments: Example = {
  name: 'Moments',
  port: 4100,
  dataFolder: fileURLToPath(new URL('./data', import.meta.url)),
  webhook: {
    path: '/webhooks/proxima',
    eventTypes: ['user.deleted', 'user.restored', 'user.erased'],
  },
  service: ({ port, dataFolder, accountsUrl, credentials }) => ({
    args: ['--conditions=proxima-source', main],
    environment: {
      PORT: String(port),
      DATABASE_FILE: `${dataFolder}/moments.sqlite`,
      ACCOUNTS_URL: accountsUrl,
      ACCOUNTS_API_KEY: credentials.apiKey,
      ACCOUNTS_WEBHOOK_SECRET: credentials.webhookSecret,
    },
  }),
  firstCalls: ({ url, accountsUrl, accountsFile }) => `
    accounts=${accountsUrl} moments=${url}
    post() { url=$1; body=$2; shift 2; curl -sw '\\n' "$url" -H 'content-type: application/json' -d "$body" "$@"; }
    field() { node -p "JSON.parse(require('fs').readFileSync(0, 'utf8')).$1"; }

    secret=$(post $accounts/v1/auth/register "{\\"username\\":\\"juma-$$-$(date +%s)\\"}" | field user_secret)
    token=$(post $accounts/v1/auth/token "{\\"user_secret\\":\\"$secret\\"}" | field access_token)
    juma="authorization: Bearer $token"
    id=$(post $moments/v1/activities '{"name":"Running"}' -H "$juma" | field id)
    post $moments/v1/moments "{\\"activity_id\\":\\"$id\\",\\"note\\":\\"5 km by the river\\"}" -H "$juma"
    curl -sw '\\n' "$moments/v1/moments?page=1&size=10" -H "$juma"
    curl -sw '\\n' $moments/v1/moments

  An administrator sees the moments of everyone:

    password=$(field administrator.password < '${accountsFile}')
    token=$(post $accounts/v1/auth/login "{\\"username\\":\\"amina\\",\\"password\\":\\"$password\\"}" | field access_token)
    curl -sw '\\n' $moments/v1/moments -H "authorization: Bearer $token"
`,
}
