import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { isLoopback } from '../../platform/config/url-parsers.ts'

type Settings = Pick<Config, 'env' | 'publicUrl' | 'host'>

/** Finds mistakes with which a production server still starts. The check of the configuration finds the others. */
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

/** A public host name suggests that real people use the server. */
function development(publicUrl: string | null): Finding {
  const isPublic = publicUrl !== null && !isLoopback(new URL(publicUrl).hostname)
  return {
    severity: isPublic ? 'warning' : 'note',
    code: 'env_development',
    summary: 'This server runs in development mode, which accepts settings that are unfit for real users.',
    advice: 'Set PROXIMA_ENV=production before real people use it.',
  }
}

const missing: Finding = {
  severity: 'warning',
  code: 'public_url_missing',
  summary: 'Other machines can reach the server, but it does not know its public address.',
  advice: 'Set PROXIMA_PUBLIC_URL, for example to https://accounts.example.org. It is the issuer of tokens.',
}

function loopback(publicUrl: string): Finding {
  return {
    severity: 'warning',
    code: 'public_url_loopback',
    summary: `The public URL ${publicUrl} leads every visitor to their own machine.`,
    advice: 'Set PROXIMA_PUBLIC_URL to the address that people use, such as https://accounts.example.org.',
  }
}

function unencrypted(publicUrl: string): Finding {
  return {
    severity: 'warning',
    code: 'public_url_unencrypted',
    summary: `Passwords and tokens travel unencrypted to ${publicUrl}.`,
    advice:
      'Put a proxy with a certificate in front of the server, and set PROXIMA_PUBLIC_URL to its https:// address.',
  }
}
