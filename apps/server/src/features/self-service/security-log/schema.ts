import { eventView as exported } from '../export/schema.ts'

/** An event as the export of all data has it. */
export const eventView = exported

/** The columns of the log as CSV. What has changed is only in the JSON file: its values are no texts. */
export const columns = [
  'at',
  'action',
  'outcome',
  'method',
  'reason',
  'is_own',
  'ip_address',
  'device',
  'occurrences',
  'session_id',
  'id',
] as const
