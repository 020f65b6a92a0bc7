import type { Setting } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { proxima } from '../api/proxima.ts'
import { Icon } from '../kit/icon.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { SettingRow } from './setting-row.tsx'

/** The settings in effect. Those that were given stand out, because they are what a colleague looks for. */
export function SettingsList() {
  const { q, isGivenOnly, change } = useSettingsFilter()
  const { data, error, refetch } = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => proxima.deployment.settings({ signal }),
  })
  if (error !== null) return <FailedPart title="Settings could not be loaded" error={error} retry={refetch} />
  if (data === undefined) return <SkeletonLines lines={8} />
  const shown = data.data.filter((setting) => matches(setting, q) && (!isGivenOnly || isGiven(setting)))
  return (
    <>
      <div className="bar">
        <search className="find">
          <Icon name="find" />
          <input
            className="input"
            type="search"
            aria-label="Search settings"
            placeholder="Name or word"
            value={q}
            onChange={(event) => change(event.target.value, isGivenOnly)}
          />
        </search>
        <button
          className={isGivenOnly ? 'chip chip-on' : 'chip'}
          type="button"
          aria-pressed={isGivenOnly}
          onClick={() => change(q, !isGivenOnly)}
        >
          {isGivenOnly && <Icon name="check" />}
          Not the default
        </button>
      </div>
      {shown.length === 0 ? (
        <section className="card">
          <Empty icon="find" title="No setting matches">
            Search for another word, such as mail.
          </Empty>
        </section>
      ) : (
        [...new Set(shown.map(({ section }) => section))].map((section) => (
          <Section
            key={section}
            title={section}
            settings={shown.filter((each) => each.section === section)}
          />
        ))
      )}
    </>
  )
}

function useSettingsFilter() {
  const [params, setParams] = useSearchParams()
  const change = (q: string, isGivenOnly: boolean) =>
    setParams({ ...(q && { q }), ...(isGivenOnly && { given: 'yes' }) }, { replace: true })
  return { q: params.get('q') ?? '', isGivenOnly: params.get('given') === 'yes', change }
}

function isGiven({ source }: Setting): boolean {
  return source !== 'default'
}

function matches({ name, description }: Setting, q: string): boolean {
  return `${name} ${description}`.toLowerCase().includes(q.trim().toLowerCase())
}

function Section({ title, settings }: { readonly title: string; readonly settings: readonly Setting[] }) {
  return (
    <section className="card">
      <div className="card-head">
        <h2>{title}</h2>
      </div>
      <ul className="rows">
        {settings.map((setting) => (
          <SettingRow key={setting.name} setting={setting} />
        ))}
      </ul>
    </section>
  )
}
