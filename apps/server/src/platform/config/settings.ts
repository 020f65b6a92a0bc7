import type { AnySetting } from './setting.ts'
import { accounts } from './settings/accounts.ts'
import { anomalies } from './settings/anomalies.ts'
import { appearance } from './settings/appearance.ts'
import { contracts } from './settings/contracts.ts'
import { credentials } from './settings/credentials.ts'
import { federation } from './settings/federation.ts'
import { integration } from './settings/integration.ts'
import { messages } from './settings/messages.ts'
import { pages } from './settings/pages.ts'
import { passkeys } from './settings/passkeys.ts'
import { passwords } from './settings/passwords.ts'
import { pictures } from './settings/pictures.ts'
import { recovery } from './settings/recovery.ts'
import { secondFactors } from './settings/second-factors.ts'
import { serving } from './settings/serving.ts'
import { storage } from './settings/storage.ts'
import { tracing } from './settings/tracing.ts'

/** All settings, by the name of their field in Config. */
export const settings = {
  ...serving,
  ...storage,
  ...credentials,
  ...passwords,
  ...passkeys,
  ...secondFactors,
  ...accounts,
  ...anomalies,
  ...recovery,
  ...federation,
  ...appearance,
  ...pages,
  ...messages,
  ...integration,
  ...contracts,
  ...pictures,
  ...tracing,
}

export type Settings = typeof settings
export type SettingKey = keyof Settings

interface Section {
  readonly title: string
  readonly settings: Readonly<Record<string, AnySetting>>
}

/** The same settings in the order and under the headings of docs/config.md. */
export const sections: readonly Section[] = [
  { title: 'Serving', settings: serving },
  { title: 'Storage', settings: storage },
  { title: 'Secret, tokens and sessions', settings: credentials },
  { title: 'Passwords', settings: passwords },
  { title: 'Passkeys', settings: passkeys },
  { title: 'Second factors', settings: secondFactors },
  { title: 'Accounts', settings: accounts },
  { title: 'Anomalies', settings: anomalies },
  { title: 'Recovery', settings: recovery },
  { title: 'Other providers', settings: federation },
  { title: 'Appearance and language', settings: appearance },
  { title: 'Pages', settings: pages },
  { title: 'Messages', settings: messages },
  { title: 'Webhooks', settings: integration },
  { title: 'Contracts', settings: contracts },
  { title: 'Pictures', settings: pictures },
  { title: 'Traces', settings: tracing },
]

export const allSettings: readonly AnySetting[] = Object.values(settings)
