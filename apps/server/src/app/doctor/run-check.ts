import type { Finding } from '../../features/administration/deployment/model.ts'

type Findings = readonly Finding[]

/** A check that fails must not hide the findings of the others. */
export async function runCheck(name: string, check: () => Findings | Promise<Findings>): Promise<Findings> {
  try {
    return await check()
  } catch (error) {
    return [
      {
        severity: 'warning',
        code: 'not_checked',
        summary: `Could not check ${name}: ${error instanceof Error ? error.message : String(error)}`,
        advice: 'Run "proxima doctor" as the user that runs the server.',
      },
    ]
  }
}
