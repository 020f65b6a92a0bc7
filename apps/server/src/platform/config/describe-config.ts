import type { Config, Source } from './load-config.ts'
import type { AnySetting } from './setting.ts'
import { type SettingKey, sections, settings } from './settings.ts'
import { maskUrl } from './url-parsers.ts'

export interface ConfigRow {
  readonly name: string
  /** What holds, for people; secrets are hidden, and so are the credentials in a URL. */
  readonly value: string
  readonly source: Source
  readonly default: string
  readonly description: string
}

/** One row a setting, in the order of docs/config.md. */
export function describeConfig(config: Config): readonly ConfigRow[] {
  const keys = Object.keys(settings) as SettingKey[]
  return keys.map((key) => {
    const row: AnySetting = settings[key]
    return {
      name: row.name,
      value: show(row, config[key]),
      source: config.sources[key],
      default: plain(row.default ?? row.fallback ?? 'none'),
      description: plain(row.description),
    }
  })
}

function show(row: AnySetting, value: unknown): string {
  if (value === null) return plain(row.fallback ?? 'none')
  if (row.secret) return '(hidden)'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(',')
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'object') return showDatabase(value)
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') throw new TypeError(`${row.name} has a value that cannot be shown.`)
  return value.includes('://') ? maskUrl(value) : value
}

function showDatabase(location: object): string {
  if ('path' in location) return `sqlite:${String(location.path)}`
  return 'url' in location ? maskUrl(String(location.url)) : ''
}

/** The prose of the settings is Markdown; a terminal shows it without the marks. */
function plain(markdown: string): string {
  return markdown.replaceAll('`', '')
}

/** The text of docs/config.md. */
export function configMarkdown(): string {
  const parts = sections.map(({ title, settings: rows }) => {
    return [`## ${title}`, ...Object.values(rows).map(settingMarkdown)].join('\n\n')
  })
  return `${[introduction, tableMarkdown(), ...parts].join('\n\n')}\n`
}

const introduction = `<!-- Made by scripts/generate-config-doc.ts from the settings themselves. Do not edit it here. -->

# Configuration

Proxima is configured by environment variables. They are read once, at the start; \`proxima config\` shows what
holds and where it comes from, with secrets hidden. The server starts without any.

- A value that is out of range stops the start, and so does a name that begins \`PROXIMA_\` and is not listed
  here, since it would have no effect. All that is wrong is told at once.
- An empty value counts as not set.
- Every setting can be given as a file: \`PROXIMA_SECRET_FILE=/run/secrets/proxima\` takes the text of that file,
  less one line end at its end. Giving both a name and its \`_FILE\` is refused.
- Names that begin \`PROXIMA_TEST_\` are left to tests. Those that begin \`OTEL_\` are OpenTelemetry's: the ones listed
  here are heeded and checked, others are nobody's mistake.

With \`PROXIMA_ENV=production\` the server starts only if \`PROXIMA_SECRET\` is given, \`PROXIMA_PUBLIC_URL\` is given
and begins \`https://\` (\`http://\` is only for a host of this machine), \`PROXIMA_LIMITS\` is on, and
\`PROXIMA_MAIL_URL\` is given where \`PROXIMA_PRIVACY\` is \`strict\`.`

function tableMarkdown(): string {
  const rows = Object.values(settings).map(
    (row) => `| [\`${row.name}\`](#${row.name.toLowerCase()}) | ${byDefault(row)} |`,
  )
  return ['| setting | default |', '| --- | --- |', ...rows].join('\n')
}

function settingMarkdown(row: AnySetting): string {
  const lines = [
    `### ${row.name}`,
    '',
    row.description,
    '',
    `- Default: ${byDefault(row)}`,
    `- Takes: ${row.parser.range}`,
    `- Why: ${row.reason}`,
  ]
  return lines.join('\n')
}

function byDefault(row: AnySetting): string {
  return row.default === null ? (row.fallback ?? 'none') : `\`${row.default}\``
}
