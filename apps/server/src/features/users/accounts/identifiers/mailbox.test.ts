import { describe, expect, it } from 'vitest'
import { countedAddress } from './mailbox.ts'

const unverified = { isVerified: false }

describe('the mailbox by which messages are counted', () => {
  it.each([
    ['ab@example.com', 'ab@example.com', 'ab@example.com'],
    ['ab+1@example.com', 'variants of ab@example.com', 'variants of ab@example.com'],
    ['a.b@example.com', 'a.b@example.com', 'variants of ab@example.com'],
    ['a.b+1@example.com', 'variants of a.b@example.com', 'variants of ab@example.com'],
    ['a-b@example.com', 'a-b@example.com', 'variants of ab@example.com'],
    ['ab@gmail.com', 'ab@gmail.com', 'ab@gmail.com'],
    ['a.b+1@gmail.com', 'variants of ab@gmail.com', 'variants of ab@gmail.com'],
    ['a.b@googlemail.com', 'variants of ab@gmail.com', 'variants of ab@gmail.com'],
    ['a-b@gmail.com', 'a-b@gmail.com', 'variants of ab@gmail.com'],
    ['a-b@proton.me', 'variants of ab@proton.me', 'variants of ab@proton.me'],
    ['+c@example.com', '+c@example.com', '+c@example.com'],
    ['...@example.com', '...@example.com', '...@example.com'],
    ['a+b@c+d.example', 'variants of a@c+d.example', 'variants of a@c+d.example'],
    ['A.B+@Gmail.com', 'variants of ab@gmail.com', 'variants of ab@gmail.com'],
  ])('A88: of %s is %s, and %s for all that may be the same', (address, mailbox, spellings) => {
    expect(countedAddress(address, unverified)).toEqual({ mailbox, spellings })
  })

  it('A88: of a verified address is the address alone, which no other address shares', () => {
    for (const address of ['a.b+1@gmail.com', 'ab@example.com'])
      expect(countedAddress(address, { isVerified: true })).toEqual({ mailbox: address, spellings: address })
  })
})
