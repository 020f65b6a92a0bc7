import { SetChip } from '../kit/set-chip.tsx'
import { useAccountName } from './account-name.tsx'

interface PersonChipProps {
  readonly label: string
  readonly id: string
  readonly remove: () => void
}

export function PersonChip({ label, id, remove }: PersonChipProps) {
  return <SetChip text={`${label} ${useAccountName(id)}`} remove={remove} />
}
