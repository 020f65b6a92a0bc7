import { Icon } from './icon.tsx'
import { notify } from './toasts.tsx'

/** Something that is shown once: to copy, and to close only after that. */
export function Once({ value, close }: { readonly value: string; readonly close: () => void }) {
  const copy = async () => {
    await navigator.clipboard.writeText(value)
    notify('Copied')
  }
  return (
    <>
      <p className="once">{value}</p>
      <div className="actions">
        <button className="btn btn-secondary" type="button" onClick={() => void copy()}>
          <Icon name="copy" />
          Copy
        </button>
        <button className="btn btn-primary" type="button" onClick={close}>
          I have saved it
        </button>
      </div>
    </>
  )
}
