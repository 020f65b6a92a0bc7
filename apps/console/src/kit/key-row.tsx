import type { ApiKey } from '@proxima/client'
import { useState } from 'react'
import { DangerDialog } from './danger-dialog.tsx'
import { Icon } from './icon.tsx'
import { formatAgo, formatDate } from './time.ts'

interface KeyProps {
  readonly apiKey: ApiKey
  readonly revoke: () => Promise<unknown>
}

/** An API key, without its secret. */
export function KeyRow({ apiKey, revoke, mayRevoke }: KeyProps & { readonly mayRevoke: boolean }) {
  const [asks, setAsks] = useState(false)
  const used = apiKey.last_used_at === null ? 'Never used' : `Last used ${formatAgo(apiKey.last_used_at)}`
  const expiry = apiKey.expires_at === null ? 'does not expire' : `expires ${formatDate(apiKey.expires_at)}`
  return (
    <li className="row">
      <span className="disc">
        <Icon name="key" />
      </span>
      <div className="row-main">
        <p className="row-title">{apiKey.name}</p>
        <p className="row-note">
          {used}, {expiry}.{' '}
          {apiKey.permissions.length === 0 ? 'No permissions.' : apiKey.permissions.join(', ')}
        </p>
      </div>
      {mayRevoke && (
        <div className="row-end">
          <button className="btn btn-danger btn-s" type="button" onClick={() => setAsks(true)}>
            Revoke
          </button>
        </div>
      )}
      {asks && (
        <DangerDialog
          title={`Revoke the key ${apiKey.name}`}
          description="Programs that use it are refused at once. It cannot be brought back."
          work={revoke}
          done={`The key ${apiKey.name} is revoked`}
          button="Revoke the key"
          busyText="Revoking…"
          close={() => setAsks(false)}
        />
      )}
    </li>
  )
}
