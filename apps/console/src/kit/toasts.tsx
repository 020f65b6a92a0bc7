import { Toast } from '@base-ui/react/toast'

const manager = Toast.createToastManager()
const shownMs = 8_000

interface Notice {
  /** Takes back what was done. */
  readonly undo?: () => unknown
}

/** Says what was done, with a way to take it back if there is one. */
export function notify(text: string, { undo }: Notice = {}): void {
  const id = manager.add({
    description: text,
    timeout: shownMs,
    ...(undo && { actionProps: { children: 'Undo', onClick: () => take(undo) } }),
  })
  const take = (work: () => unknown) => {
    manager.close(id)
    work()
  }
}

/** Says what failed. It stays until it is closed. */
export function notifyFailure(text: string): void {
  manager.add({ description: text, timeout: 0, priority: 'high', type: 'failure' })
}

/** Shows the progress of something long. @returns a function that changes the text, and one that removes it */
export function notifyProgress(text: string): { update(text: string): void; close(): void } {
  const id = manager.add({ description: text, timeout: 0 })
  return {
    update: (description) => manager.update(id, { description }),
    close: () => manager.close(id),
  }
}

export function Toasts() {
  return (
    <Toast.Provider toastManager={manager}>
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function List() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast" swipeDirection={[]}>
      <Toast.Description render={<span />} />
      {toast.actionProps && <Toast.Action className="btn btn-s" />}
      {toast.type === 'failure' && <Toast.Close className="btn btn-s">Close</Toast.Close>}
    </Toast.Root>
  ))
}
