import type { Setting } from '@proxima/client'

const sources: Readonly<Record<Setting['source'], string>> = {
  default: 'Default',
  environment: 'From the environment',
  file: 'From a file',
}

export function SettingRow({ setting }: { readonly setting: Setting }) {
  const { name, value, source, default: usual, description } = setting
  const isGiven = source !== 'default'
  return (
    <li className="row">
      <div className="row-main">
        <p className="row-title mono">{name}</p>
        <p className="row-note">{description}</p>
        <p>
          <b className="setting-value">{value}</b>{' '}
          <span className={isGiven ? 'badge badge-brand' : 'badge'}>{sources[source]}</span>
          {isGiven && <span className="row-note"> Default: {usual}</span>}
        </p>
      </div>
    </li>
  )
}
