import { describe, expect, it } from 'vitest'
import { PublicDestinations } from './destinations.ts'

const production = new PublicDestinations({
  allowedNetworks: ['10.1.0.0/16', 'fd00:1::/32'],
  allowsLoopback: false,
  ownAddresses: () => ['8.8.4.4', '2606:4700::7'],
})
const development = new PublicDestinations({
  allowedNetworks: [],
  allowsLoopback: true,
  ownAddresses: () => ['127.0.0.1', '8.8.4.4'],
})

const urls = (list: readonly string[]) => list.map((url) => [url] as const)

describe('the addresses that a caller may give', () => {
  it.each(
    urls([
      'https://app.example.org/hooks?token=7',
      'https://app.example.org:8443/',
      'https://1.1.1.1/',
      'https://[2606:4700:4700::1111]/',
      'https://10.1.2.3/',
      'https://[fd00:1::2]/',
    ]),
  )('include %s', (url) => {
    expect(production.allowsUrl(new URL(url))).toBe(true)
  })

  it.each(
    urls([
      'http://app.example.org/',
      'http://10.1.2.3/',
      'http://127.0.0.1/',
      'https://127.0.0.1/',
      'ftp://app.example.org/',
      'https://user:password@app.example.org/',
      'https://user@app.example.org/',
      'https://10.2.0.1/',
      'https://169.254.169.254/latest/meta-data',
      // Odd spellings of 127.0.0.1 and 10.2.0.1.
      'https://2130706433/',
      'https://0x7f.1/',
      'https://0177.0.0.1/',
      'https://127.1/',
      'https://0x0A020001/',
      'https://１２７.0.0.1/',
      'https://127.0.0.1./',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::ffff:7f00:1]/',
      'https://[64:ff9b::7f00:1]/',
      'https://[2002:7f00:1::]/',
      'https://[fe80::1]/',
      'https://0/',
    ]),
  )('A121: do not include %s', (url) => {
    expect(production.allowsUrl(new URL(url))).toBe(false)
  })

  it('A121: do not include the public addresses of this machine itself', () => {
    for (const address of ['8.8.4.4', '::ffff:8.8.4.4', '2606:4700::7', '64:ff9b::8.8.4.4'])
      expect(production.allowsAddress(address), address).toBe(false)
    expect(production.allowsAddress('8.8.8.8')).toBe(true)
  })

  it('include programs on this machine in development, also without encryption', () => {
    for (const url of ['http://localhost:3000/', 'http://127.0.0.1:3000/', 'http://[::1]:3000/'])
      expect(development.allowsUrl(new URL(url)), url).toBe(true)
    for (const url of ['http://10.1.2.3/', 'https://10.1.2.3/', 'http://app.example.org/'])
      expect(development.allowsUrl(new URL(url)), url).toBe(false)
  })
})
