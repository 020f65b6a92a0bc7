import type { Config } from '../../platform/config/load-config.ts'
import { isLoopback } from '../../platform/config/url-parsers.ts'
import type { Finding } from './finding.ts'

type Settings = Pick<Config, 'env' | 'publicUrl' | 'host'>

/** What a production start refuses is found by reading the configuration; this is what it lets pass. */
export function checkPublicUrl({ env, publicUrl, host }: Settings): readonly Finding[] {
  const findings: Finding[] = []
  if (env === 'development') findings.push(development(publicUrl))
  if (publicUrl === null) {
    if (!isLoopback(host) && host !== '::1') findings.push(missing)
    return findings
  }
  const { protocol, hostname } = new URL(publicUrl)
  if (isLoopback(hostname)) {
    if (env === 'production') findings.push(loopback(publicUrl))
  } else if (protocol !== 'https:') findings.push(unencrypted(publicUrl))
  return findings
}

/** A public name is a sign that real people use it. */
function development(publicUrl: string | null): Finding {
  const isPublic = publicUrl !== null && !isLoopback(new URL(publicUrl).hostname)
  return {
    severity: isPublic ? 'warning' : 'note',
    code: 'env_development',
    summary: 'This is a development set-up: what is unfit for real users is not refused.',
    advice: 'Before real people use it, set PROXIMA_ENV=production.',
  }
}

const missing: Finding = {
  severity: 'warning',
  code: 'public_url_missing',
  summary: 'Other machines can reach the server, and it does not know by which address.',
  advice: 'Set PROXIMA_PUBLIC_URL, such as https://accounts.example.org: tokens name it as their issuer.',
}

function loopback(publicUrl: string): Finding {
  return {
    severity: 'warning',
    code: 'public_url_loopback',
    summary: `The public URL ${publicUrl} leads every visitor to a machine of their own.`,
    advice: 'Set PROXIMA_PUBLIC_URL to the address that people use, such as https://accounts.example.org.',
  }
}

function unencrypted(publicUrl: string): Finding {
  return {
    severity: 'warning',
    code: 'public_url_unencrypted',
    summary: `Passwords and tokens go unencrypted to ${publicUrl}.`,
    advice:
      'Put a proxy with a certificate before the server and set PROXIMA_PUBLIC_URL to its https:// address.',
  }
}
