import type { Device } from '../../../platform/kernel/device.ts'
import type { Language } from '../../languages/model.ts'

/** The device in the words of the reader, such as "Firefox on Linux". */
export function deviceWords({ browser, system }: Device, language: Language): string {
  const say = language.sentences('common')
  if (browser !== null && system !== null) return say('browser_on_system', { browser, system })
  return browser ?? system ?? language.sentences('account')('unknown_device')
}

/** The device of an event, which is stored in English words: "Firefox on Linux". */
export function deviceInWords(device: string): Device {
  const [browser = '', system] = device.split(' on ')
  return { browser, system: system ?? null }
}

const phoneSystems: ReadonlySet<string | null> = new Set(['Android', 'iOS'])

export function deviceIcon({ system }: Device): 'phone' | 'computer' {
  return phoneSystems.has(system) ? 'phone' : 'computer'
}
