import { dictionary } from '@zxcvbn-ts/language-common'
import { describe, expect, it } from 'vitest'
import { isCommonPassword, warmUpBlocklist } from './blocklist.ts'

async function passing(passwords: readonly string[]): Promise<string[]> {
  const passed: string[] = []
  for (const password of passwords) if (!(await isCommonPassword(password))) passed.push(password)
  return passed
}

describe('the blocklist', () => {
  it('A48: has the 3,000 most used passwords that are long enough to be chosen, in capitals too', async () => {
    const chosen = dictionary['passwords-common'].filter((word) => word.length >= 8).slice(0, 3000)
    expect(chosen).toHaveLength(3000)
    expect(await passing(chosen)).toEqual([])
    expect(await passing(chosen.map((word) => word.toUpperCase()))).toEqual([])
  })

  it('A48: has the best-known common passwords', async () => {
    const known = [
      'password',
      'Password1',
      'iloveyou',
      'qwertyuiop',
      '12345678',
      'football',
      'changeme',
      'trustno1',
    ]
    expect(await passing(known)).toEqual([])
  })

  it.each([
    'Password1!',
    'Password2024!',
    '!Dragon99',
    'monkey12345',
    'trustno1!',
    'P@ssw0rd!!',
    'password12345678',
    'qwertyqwerty',
    'ｐａｓｓｗｏｒｄ',
  ])('A48: sees through %s', async (password) => {
    expect(await isCommonPassword(password)).toBe(true)
  })

  it.each([
    'correct horse battery staple',
    'dragon monkey teapot',
    'dragon7-monkey',
    'elephant9471736',
    'niagara falls in winter',
    'tuma pesa kwa mama leo',
    'пароль для моей лодки',
    '我喜欢在雨天喝茶',
    '…—…—…—…—!?',
  ])('accepts %j', async (password) => {
    expect(await isCommonPassword(password)).toBe(false)
  })

  it('is loaded once', async () => {
    await warmUpBlocklist()
    const start = performance.now()
    for (let round = 0; round < 100; round += 1) await warmUpBlocklist()
    expect(performance.now() - start).toBeLessThan(10)
  })
})
