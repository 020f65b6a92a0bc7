import { fileURLToPath } from 'node:url'
import { host } from '../start/ports.ts'
import type { Example, Surroundings } from '../start/start-example.ts'

const main = fileURLToPath(new URL('./src/main.ts', import.meta.url))

/** How this service is started beside Proxima. */
export const vaccination: Example = {
  name: 'Vaccination',
  port: 4200,
  dataFolder: fileURLToPath(new URL('./data', import.meta.url)),
  webhook: { path: '/webhooks/proxima', eventTypes: ['user.deleted', 'user.erased'] },
  roles: { nurse: ['vaccinations:record'], planner: ['vaccinations:manage'] },
  // For the old front ends, which sign in by this contract.
  proximaSettings: { PROXIMA_CONTRACTS: 'oauth-bearer', PROXIMA_DEFAULT_REGION: 'BD' },
  service: (surroundings) => ({
    args: ['--conditions=proxima-source', main],
    environment: environmentOf(surroundings),
  }),
  firstCalls: ({ url, accountsUrl, accountsFile }) => `
    accounts=${accountsUrl} service=${url} today=$(date -u +%F) me=juma-$$-$(date +%s)
    call() { method=$1; url=$2; body=$3; shift 3; curl -sw '\\n' -X "$method" "$url" -H 'content-type: application/json' -d "$body" "$@"; }
    field() { node -p "JSON.parse(require('fs').readFileSync(0, 'utf8')).$1"; }

    password=$(field administrator.password < '${accountsFile}')
    token=$(call POST $accounts/v1/auth/login "{\\"username\\":\\"amina\\",\\"password\\":\\"$password\\"}" | field access_token)
    staff="authorization: Bearer $token"
    centre=$(call POST $service/v1/centres '{"name":"Riverside","address":"1 Quay Road"}' -H "$staff" | field id)
    call PUT "$service/v1/centres/$centre/openings" "{\\"day\\":\\"$today\\",\\"places\\":2}" -H "$staff"

    secret=$(call POST $accounts/v1/auth/register "{\\"email\\":\\"$me@example.com\\",\\"full_name\\":\\"Juma Otieno\\",\\"national_id\\":\\"$me\\"}" | field user_secret)
    token=$(call POST $accounts/v1/auth/token "{\\"user_secret\\":\\"$secret\\"}" | field access_token)
    juma="authorization: Bearer $token"
    call POST $accounts/v1/me/verification '{"channel":"email"}' -H "$juma" > sent.json
    code=$(curl -s $accounts/outbox -H 'accept: application/json' | field "data.find(({ to }) => to === '$me@example.com').text.match(/\\\\b\\\\d{6}\\\\b/)[0]")
    call POST $accounts/v1/me/verification/confirm "{\\"channel\\":\\"email\\",\\"code\\":\\"$code\\"}" -H "$juma" > verified.json

    call POST $service/v1/me "{\\"national_id\\":\\"$me\\"}" -H "$juma"
    call POST $service/v1/me/booking "{\\"centre_id\\":\\"$centre\\",\\"day\\":\\"$today\\"}" -H "$juma"
    call POST $service/v1/doses "{\\"national_id\\":\\"$me\\",\\"centre_id\\":\\"$centre\\",\\"vaccine\\":\\"Polio\\",\\"lot\\":\\"P-17\\"}" -H "$staff"
    curl -s $service/v1/me/certificate -H "$juma" | field url
`,
}

/** The same service in Python. @param python the command, which has the packages that the README lists */
export function vaccinationInPython(python: string): Example {
  const pathOf = (folder: string) => fileURLToPath(new URL(folder, import.meta.url))
  return {
    ...vaccination,
    name: 'Vaccination in Python',
    service: (surroundings) => ({
      command: python,
      args: ['-m', 'vaccination'],
      environment: {
        ...environmentOf(surroundings),
        PYTHONPATH: `${pathOf('./python')}:${pathOf('../../packages/guard-python')}`,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    }),
  }
}

/** The settings of both services. They can also use the same database and the same secrets, one after the other. */
function environmentOf({ port, dataFolder, accountsUrl, credentials }: Surroundings): Record<string, string> {
  return {
    PORT: String(port),
    PUBLIC_URL: `http://${host}:${port}`,
    DATABASE_URL: `sqlite:${dataFolder}/vaccination.sqlite`,
    SECRETS_FILE: `${dataFolder}/secrets.json`,
    ACCOUNTS_URL: accountsUrl,
    ACCOUNTS_API_KEY: credentials.apiKey,
    ACCOUNTS_WEBHOOK_SECRET: credentials.webhookSecret,
  }
}
