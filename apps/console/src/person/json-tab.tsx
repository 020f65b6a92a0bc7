import type { ManagedUserDetails } from '@proxima/client'
import { Icon } from '../kit/icon.tsx'
import { notify } from '../kit/toasts.tsx'

/** The account as the API answers it. */
export function JsonTab({ person }: { readonly person: ManagedUserDetails }) {
  const text = JSON.stringify(person, null, 2)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    notify('Copied')
  }
  return (
    <section className="card">
      <div className="card-head between">
        <h2>
          <code>GET /v1/users/{person.id}</code>
        </h2>
        <button
          className="btn btn-quiet btn-icon btn-s"
          type="button"
          aria-label="Copy"
          onClick={() => void copy()}
        >
          <Icon name="copy" />
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre className="sample json" tabIndex={0}>
        {text}
      </pre>
    </section>
  )
}
