import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { keepsCookies } from '../../platform/http/session-cookie.ts'

/** A browser silently drops the session cookie of a plain http address. */
export function checkBrowserCookies({ publicUrl }: Pick<Config, 'publicUrl'>): readonly Finding[] {
  if (publicUrl === null || keepsCookies(publicUrl)) return []
  return [
    {
      severity: 'warning',
      code: 'cookies_not_kept',
      summary: `Browsers do not keep the session cookie of ${publicUrl}, because that is not an https address.`,
      advice:
        'Sign-in with "mode": "cookie" is refused. Serve Proxima over https, and set PROXIMA_PUBLIC_URL to that address.',
    },
  ]
}
