import { Dialog } from '../kit/dialog.tsx'
import { Once } from '../kit/once.tsx'

interface SecretDialogProps {
  readonly title: string
  readonly value: string
  readonly close: () => void
}

/** A secret of a program, which the server does not keep. */
export function SecretDialog({ title, value, close }: SecretDialogProps) {
  return (
    <Dialog
      title={title}
      description="Put it where the program reads its settings. We show it this once and keep no copy."
      close={close}
    >
      <Once value={value} close={close} />
    </Dialog>
  )
}
