import { describe, expect, it } from 'vitest'
import { createProxima, type ProximaOptions } from '../src/index.ts'

const url = 'https://accounts.example.org'

describe('the options of a client', () => {
  it.each<[string, object]>([
    ['no address', {}],
    ['an address from a variable that is not set', { url: undefined }],
    ['an address without a scheme', { url: 'accounts.example.org' }],
    ['a port in place of a scheme', { url: 'localhost:4000' }],
    ['another scheme', { url: 'ftp://accounts.example.org' }],
    ['an API key from a variable that is not set', { url, apiKey: undefined }],
    ['an empty API key', { url, apiKey: '' }],
  ])('are refused before any call: %s', (_name, options) => {
    expect(() => createProxima(options as ProximaOptions)).toThrow(TypeError)
  })

  it.each<[string, ProximaOptions]>([
    ['an address', { url }],
    ['plain http, for a try', { url: 'http://127.0.0.1:4000/' }],
    ['the origin of the page', { url: '' }],
    ['a path of the origin of the page', { url: '/accounts' }],
    ['a cookie, which needs no address', { mode: 'cookie' }],
  ])('are accepted: %s', (_name, options) => {
    expect(() => createProxima(options).close()).not.toThrow()
  })
})
