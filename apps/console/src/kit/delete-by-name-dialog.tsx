import { useState } from 'react'
import { act } from '../acts/act.ts'
import { Dialog } from './dialog.tsx'
import { FormActions, FormFailure, useForm } from './form.tsx'
import { TypedName } from './typed-name.tsx'

interface DeleteByNameProps {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly work: () => Promise<unknown>
  readonly afterwards: () => Promise<unknown>
  readonly button: string
  readonly close: () => void
}

/** Asks for the name of something that cannot be brought back. */
export function DeleteByNameDialog(props: DeleteByNameProps) {
  const { name, title, description, work, afterwards, button, close } = props
  const [typed, setTyped] = useState('')
  const form = useForm(async () => {
    if (typed !== name) return
    await act(work)
    close()
    await afterwards()
  })
  return (
    <Dialog title={title} description={description} close={close}>
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} />
        <TypedName name={name} typed={typed} type={setTyped} />
        <FormActions isBusy={form.isBusy} busyText="Deleting…" isDanger close={close}>
          {button}
        </FormActions>
      </form>
    </Dialog>
  )
}
