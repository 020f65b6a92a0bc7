/** The rows of a table with each field of a client; `client_id` is the id. */
export function fieldRows(view: object): string[][] {
  const shown = Object.entries(view).filter(([field]) => field !== 'id')
  return shown.map(([field, value]) => [field, typeof value === 'string' ? value || '-' : textOf(value)])
}

function textOf(value: unknown): string {
  if (value === null) return '-'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return Array.isArray(value) ? value.join(', ') || '-' : JSON.stringify(value)
}
