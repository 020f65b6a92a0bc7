import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'

export interface DialogProps {
  readonly title: string
  readonly description?: ReactNode
  readonly close: () => void
  readonly children: ReactNode
}

/** Takes the focus, gives it back, and closes with Escape. */
export function Dialog({ title, description, close, children }: DialogProps) {
  return (
    <Base.Root open onOpenChange={(open) => open || close()}>
      <Base.Portal>
        <Base.Backdrop className="veil" />
        <Base.Popup className="dialog dialog-open">
          <div className="card-head">
            <Base.Title>{title}</Base.Title>
            {description && <Base.Description>{description}</Base.Description>}
          </div>
          <div className="card-body">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
