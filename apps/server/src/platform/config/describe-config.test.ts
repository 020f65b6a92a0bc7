import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { configMarkdown, describeConfig } from './describe-config.ts'
import { loadConfig } from './load-config.ts'
import { allSettings } from './settings.ts'

function rowOf(environment: Record<string, string>, name: string) {
  const row = describeConfig(loadConfig(environment)).find((candidate) => candidate.name === name)
  if (row === undefined) throw new Error(`no row for ${name}`)
  return row
}

describe('describeConfig', () => {
  it('has one row for each setting', () => {
    expect(describeConfig(loadConfig({})).map((row) => row.name)).toEqual(allSettings.map((row) => row.name))
  })

  it('shows the values in force and their sources', () => {
    expect(rowOf({ PROXIMA_PORT: '80' }, 'PROXIMA_PORT')).toMatchObject({
      value: '80',
      source: 'environment',
      default: '4000',
    })
    expect(rowOf({}, 'PROXIMA_PUBLIC_URL')).toMatchObject({
      value: 'the listening address',
      source: 'default',
    })
    expect(rowOf({ PROXIMA_MIGRATE: 'off' }, 'PROXIMA_MIGRATE').value).toBe('off')
    expect(rowOf({}, 'PROXIMA_AVAILABILITY').value).toBe('username,email,phone_number')
    expect(rowOf({ PROXIMA_AVAILABILITY: 'none' }, 'PROXIMA_AVAILABILITY').value).toBe('none')
    expect(rowOf({ PROXIMA_DATABASE_URL: 'sqlite:/x/y' }, 'PROXIMA_DATABASE_URL').value).toBe('sqlite:/x/y')
  })

  it('never shows a secret, a password or a key', () => {
    const rows = describeConfig(
      loadConfig({
        PROXIMA_SECRET: 'q7Zt0vJm2xLr9Kc4Wn8Bs6Yd1Hf3Pg5T',
        PROXIMA_DATABASE_URL: 'postgres://amina7:hunter2@db.example/proxima?password=hunter3',
        PROXIMA_REDIS_URL: 'redis://:hunter4@redis.example',
        PROXIMA_MAIL_URL: 'smtp://amina7:hunter5@mail.example',
        PROXIMA_SMS_URL: 'https://sms.example/hunter6?key=hunter7',
      }),
    )
    expect(JSON.stringify(rows)).not.toMatch(/hunter|amina7|q7Zt0vJm/)
    const values = new Map(rows.map((row) => [row.name, row.value]))
    expect(values.get('PROXIMA_SECRET')).toBe('(hidden)')
    expect(values.get('PROXIMA_SMS_URL')).toBe('(hidden)')
    expect(values.get('PROXIMA_DATABASE_URL')).toBe('postgres://***:***@db.example/proxima?password=***')
  })
})

describe('docs/config.md', () => {
  it('is up to date; if not, run: node scripts/generate-config-doc.ts', () => {
    const path = new URL('../../../../../docs/config.md', import.meta.url)
    expect(readFileSync(path, 'utf8')).toBe(configMarkdown())
  })

  it('has a section for every setting', () => {
    for (const row of allSettings) expect(configMarkdown()).toContain(`\n### ${row.name}\n`)
  })
})
