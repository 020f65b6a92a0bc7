import type { Tail } from '../../features/administration/audit-trail/verification/model.ts'
import type { Finding } from '../../features/administration/deployment/model.ts'
import { minuteMs } from '../../platform/kernel/durations.ts'

/** Some minutes of a busy server, and read in about a second. */
export const tailBlocksMax = 200
/** Servers seal several times a second, and make a checkpoint each minute. */
const lateMs = 10 * minuteMs

export function judgeTail(
  tail: Tail,
  { isRunning, now }: { readonly isRunning: boolean; readonly now: Date },
): readonly Finding[] {
  // What a server has left when it stopped abruptly, the next one does when it starts.
  return [...judgeFindings(tail), ...(isRunning ? judgeDelays(tail, now) : [])]
}

function judgeFindings({ blocks, findings }: Tail): readonly Finding[] {
  const [first] = findings
  if (first === undefined) return []
  return [
    {
      severity: 'error',
      code: 'audit_trail_changed',
      summary: `The last ${blocks} blocks of the audit trail are not as the servers made them: ${findings.length} findings. The first: ${first.detail}`,
      advice:
        'Run "proxima audit verify" with the checkpoints that you keep elsewhere. It lists every finding and its place. If the database was restored from a backup, "tail_missing" is what you would expect.',
    },
  ]
}

function judgeDelays({ unsealedSince, uncoveredSince }: Tail, now: Date): readonly Finding[] {
  const isLate = (since: Date | null): since is Date =>
    since !== null && now.getTime() - since.getTime() > lateMs
  const findings: Finding[] = []
  if (isLate(unsealedSince))
    findings.push({
      severity: 'error',
      code: 'audit_trail_not_sealed',
      summary: `A server runs, but events of the audit trail have waited for their block since ${unsealedSince.toISOString()}. Until then, a change of them leaves no trace.`,
      advice: 'The log of the server says why: look for "wait to be sealed".',
    })
  if (isLate(uncoveredSince))
    findings.push({
      severity: 'warning',
      code: 'audit_checkpoint_late',
      summary: `A server runs, but it has made no checkpoint of what was sealed since ${uncoveredSince.toISOString()}. A backup from before that could be restored without a trace.`,
      advice: 'The log of the server says why. "proxima audit checkpoint" makes one at once.',
    })
  return findings
}
