import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { makeCertificate } from './programs.ts'

export interface ListeningPlace {
  readonly folder: string
  /** The port on which the proxy listens. */
  readonly port: number
}

export type Command = [string, ...string[]]

/** Replaces what belongs to the operator's machine. Everything else is as in the guide. */
export function withPlace(block: string, replaced: Readonly<Record<string, string>>): string {
  return Object.entries(replaced).reduce((text, [from, to]) => {
    expect(text).toContain(from)
    return text.replaceAll(from, to)
  }, block)
}

/** Writes the blocks of a guide as the sites of an nginx of its own. `listen` is how they say where it listens. */
export async function nginxCommand(
  program: string,
  { folder, port }: ListeningPlace,
  { blocks, listen }: { readonly blocks: string; readonly listen: string },
): Promise<Command> {
  makeCertificate(folder)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  )
  const site = withPlace(blocks, {
    [listen]: `listen 127.0.0.1:${port} ssl`,
    '/etc/ssl/accounts.example.org': folder,
  })
  const main = `daemon off; master_process off; user root; pid ${folder}/nginx.pid; error_log stderr; events {}\nhttp { access_log off; ${temporary.join(' ')}\n${site}\n}`
  const path = join(folder, 'nginx.conf')
  await writeFile(path, process.getuid?.() === 0 ? main : main.replace('user root; ', ''))
  return [program, '-p', folder, '-e', 'stderr', '-c', path]
}

/** Writes the block of a guide as the only site of a Caddy. `address` is the line with which the site begins. */
export async function caddyCommand(
  program: string,
  { folder, port }: ListeningPlace,
  { block, address }: { readonly block: string; readonly address: string },
): Promise<Command> {
  // Caddy would get the certificate from a public authority, and would also listen on port 80.
  const local = `{\n  admin off\n  auto_https disable_redirects\n  skip_install_trust\n  storage file_system ${folder}\n}\n`
  const site = withPlace(block, {
    [address]: `accounts.example.org:${port} {\n  bind 127.0.0.1\n  tls internal`,
  })
  await writeFile(join(folder, 'Caddyfile'), local + site)
  return [program, 'run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
}
