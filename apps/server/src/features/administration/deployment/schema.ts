import Type, { type Static } from 'typebox'
import { exampleTime, Time } from '../../../platform/http/fields.ts'
import { type Finding, type FirstStep, firstSteps, type ShownSetting } from './model.ts'

const SettingView = Type.Object(
  {
    name: Type.String({ description: 'The name of the environment variable' }),
    section: Type.String({ description: 'The heading under which the settings are documented' }),
    value: Type.String({ description: 'The value in effect, in readable form; `(hidden)` for a secret' }),
    source: Type.Enum(['default', 'environment', 'file'], { description: 'Where the value comes from' }),
    default: Type.String({ description: 'What applies if the setting is not given' }),
    description: Type.String({ description: 'What the setting does' }),
  },
  { title: 'Setting', description: 'A setting of the server' },
)

export const SettingsView = Type.Object(
  { data: Type.Array(SettingView, { description: 'Every setting, in the order of the documentation' }) },
  {
    title: 'Settings',
    description: 'The settings in effect',
    examples: [
      {
        data: [
          {
            name: 'PROXIMA_PORT',
            section: 'Serving',
            value: '4000',
            source: 'default',
            default: '4000',
            description: 'The port to listen on.',
          },
        ],
      },
    ],
  },
)

const FindingView = Type.Object(
  {
    severity: Type.Enum(['error', 'warning', 'note'], {
      description: '`error`: broken or unsafe now; `warning`: soon; `note`: for information only',
    }),
    code: Type.String({ description: 'Stable, for programs' }),
    summary: Type.String({ description: 'What was found' }),
    advice: Type.String({ description: 'What to do about it' }),
  },
  { title: 'Finding', description: 'Something that an operator should know' },
)

export const FindingsView = Type.Object(
  {
    checked_at: Time('When the server was checked'),
    data: Type.Array(FindingView, { description: 'The findings, the worst first' }),
  },
  {
    title: 'Findings',
    description: 'What a running server finds out about itself',
    examples: [
      {
        checked_at: exampleTime,
        data: [
          {
            severity: 'note',
            code: 'region_missing',
            summary: 'The server refuses phone numbers in national form, such as 0712345678.',
            advice: 'Set PROXIMA_DEFAULT_REGION, for example to KE, if most users are in one country.',
          },
        ],
      },
    ],
  },
)

const ChecklistItem = Type.Object(
  {
    step: Type.Enum([...firstSteps], {
      description:
        'What to do: create an `administrator`, set name or colours (`appearance`), set up `mail`, create a client for an `application`, and make a `second_administrator`',
    }),
    done: Type.Boolean({ description: 'Whether it is done' }),
  },
  { title: 'ChecklistItem', description: 'One of the first steps' },
)

export const ChecklistView = Type.Object(
  { data: Type.Array(ChecklistItem, { description: 'The first steps, in order' }) },
  {
    title: 'Checklist',
    description: 'What to do first with a new server',
    examples: [{ data: [{ step: 'administrator', done: true }] }],
  },
)

export function settingsView(settings: readonly ShownSetting[]): Static<typeof SettingsView> {
  return { data: settings.map((setting) => ({ ...setting })) }
}

export function findingsView(findings: readonly Finding[], checkedAt: Date): Static<typeof FindingsView> {
  return { checked_at: checkedAt.toISOString(), data: findings.map((finding) => ({ ...finding })) }
}

export function checklistView(
  steps: readonly { readonly step: FirstStep; readonly isDone: boolean }[],
): Static<typeof ChecklistView> {
  return { data: steps.map(({ step, isDone }) => ({ step, done: isDone })) }
}
