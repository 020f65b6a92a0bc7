import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { guideBlock, repository } from './guide-blocks.ts'
import { type Outcome, ProximaProcess, program, type Settings } from './process.ts'

export interface BlockRun {
  readonly input?: string
  readonly settings?: Settings
  /** What belongs to the reader, such as the id of a key. */
  readonly replaced?: Readonly<Record<string, string>>
}

/** The machine of an operator who follows the guides: its folders, and the commands that only root may run. */
export class GuideSandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'proxima-guide-'))
  readonly #bin = join(this.folder, 'bin')
  /** The address at which the guides reach the server. */
  serverUrl = 'http://127.0.0.1:4000'

  constructor() {
    for (const name of ['bin', 'usr/local/bin', 'etc/systemd/system', 'var/lib', 'var/backups'])
      mkdirSync(join(this.folder, name), { recursive: true })
    const node = `exec '${process.execPath}' '${program}'`
    this.#command('npx', `shift; ${node} "$@"`)
    for (const name of ['systemctl', 'useradd', 'chown', 'docker']) this.#command(name, `echo "${name} $*"`)
  }

  /** A path of the guides, as it is in the sandbox. */
  path(path: string): string {
    return this.#local(path)
  }

  /** Runs a block of a guide with the shell, in the folder of the sandbox. */
  async run(name: string, { input = '', settings = {}, replaced = {} }: BlockRun = {}): Promise<Outcome> {
    let text = this.#local(guideBlock(name))
    for (const [from, to] of Object.entries(replaced)) {
      if (!text.includes(from)) throw new Error(`${name} does not contain ${from}`)
      text = text.replaceAll(from, to)
    }
    const script = `set -eu\ncd '${this.folder}'\n${text}`
    const env = {
      PATH: `${this.#bin}:${join(this.folder, 'usr/local/bin')}:${process.env['PATH'] ?? ''}`,
      ...settings,
    }
    const shell = new ProximaProcess('bash', ['-c', script], env)
    shell.endInput(input)
    return await shell.ended
  }

  /** Installs deploy/proxima as the guide does. The person at the terminal answers yes to every question. */
  installCommandLine(user = userInfo().username): string {
    const script = readFileSync(join(repository, 'deploy/proxima'), 'utf8')
      .replace(/^release=.*$/m, `release='${repository.replace(/\/$/, '')}'`)
      .replace('/etc/proxima/environment', this.path('/etc/proxima/environment'))
      .replace('= proxima ]', `= '${user}' ]`)
      .replace('runuser -u proxima', `runuser -u '${user}'`)
    const path = join(this.folder, 'usr/local/bin/proxima.real')
    writeFileSync(path, script, { mode: 0o755 })
    this.#command(
      'proxima',
      `case "$*" in restore*|'keys retire'*) set -- "$@" --yes;; esac; exec '${path}' "$@"`,
    )
    return path
  }

  /** A person who has no unit: `proxima` is then `npx proxima`. */
  useDevelopment(): void {
    this.#command('proxima', `exec npx proxima "$@"`)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #command(name: string, text: string): void {
    const path = join(this.#bin, name)
    writeFileSync(path, `#!/bin/sh\n${text}\n`)
    chmodSync(path, 0o755)
  }

  // The sandbox has no user of the name proxima, and only root could give a file to one.
  #local(text: string): string {
    return text
      .replaceAll(/-o proxima( -g proxima)?/g, '')
      .replaceAll('http://127.0.0.1:4000', this.serverUrl)
      .replaceAll('/opt/proxima', repository.replace(/\/$/, ''))
      .replaceAll(/(?<![\w.-])\/(etc|var|usr\/local\/bin)\b/g, `${this.folder}/$1`)
  }
}

/** The text with all that differs from run to run made equal: numbers, ids, spaces. */
export function withoutDetails(text: string): string {
  return text
    .replaceAll(/[\w-]{11}(?=, not with|\. Start)/g, 'ID')
    .replaceAll(/not with [\w-]+/g, 'not with ID')
    .replaceAll(/[\w:.-]*\d[\w:.-]*/g, 'N')
    .replaceAll(/[ \t]+/g, ' ')
    .trim()
}
