import type { OldBackend } from '../servers/old-backends.ts'
import type { RequestParts } from './request.ts'

/** A call, and the status of its success. */
export interface Call extends RequestParts {
  readonly status: number
}

export interface Person {
  readonly username: string
  readonly email: string
  readonly phoneNumber: string
}

/** The calls of one API that the figure compares. */
export interface Api {
  readonly register: (person: Person) => Call
  /** @param secret the one that the registration gave out, if it gave out any */
  readonly login: (person: Person, secret: string) => Call
  /** The field of the answer to a login that holds the credential. */
  readonly credential: string
  /** Reads the caller, or the profile of the caller; null if an old API has no such call. */
  readonly read: ((credential: string) => Call) | null
}

/** An old API, and the native calls that do the same. */
export interface OldContract {
  readonly name: OldBackend
  readonly old: Api
  readonly native: Api
}

const password = 'correct horse battery'
const [firstName, lastName] = ['Amara', 'Abara']
const fullName = `${firstName} ${lastName}`

/** No two people of a run are the same. */
export function personOf(index: number): Person {
  const username = `bench-${lettersOf(index)}`
  return {
    username,
    email: `${username}@example.org`,
    phoneNumber: `+2547${String(index).padStart(8, '0')}`,
  }
}

/** Digits could make a year, which an old rule refuses, and most letters look like others. */
function lettersOf(index: number): string {
  return [...index.toString(8)].map((digit) => 'abefhkos'[Number(digit)]).join('')
}

function post(path: string, json: object, status = 200): Call {
  return { method: 'POST', path, json, status }
}

function reading(path: string): (credential: string) => Call {
  return (credential) => ({
    method: 'GET',
    path,
    headers: { authorization: `Bearer ${credential}` },
    status: 200,
  })
}

const nativeRegister = (json: object) => post('/v1/auth/register', json, 201)

export const oldContracts: readonly OldContract[] = [
  {
    name: 'phone-password',
    old: {
      register: ({ phoneNumber: phone_number }) =>
        post('/api/users/register', { full_name: fullName, phone_number, password }, 201),
      login: ({ phoneNumber: phone_number }) => post('/api/users/login', { phone_number, password }),
      credential: 'token',
      read: null,
    },
    native: {
      register: ({ phoneNumber: phone_number }) =>
        nativeRegister({ full_name: fullName, phone_number, password }),
      login: ({ phoneNumber: phone_number }) => post('/v1/auth/login', { phone_number, password }),
      credential: 'access_token',
      read: null,
    },
  },
  {
    name: 'user-secret-envelope',
    old: {
      register: ({ username }) => post('/v1/auth/register', { username }, 201),
      login: (_person, user_secret) => post('/v1/auth/token', { user_secret }),
      credential: 'access_token',
      read: reading('/v1/auth/me'),
    },
    native: {
      register: ({ username }) => nativeRegister({ username }),
      login: (_person, user_secret) => post('/v1/auth/token', { user_secret }),
      credential: 'access_token',
      read: reading('/v1/me'),
    },
  },
  {
    name: 'session-code',
    old: {
      register: ({ username, email }) =>
        post('/creare-cont', { email, password, firstName, lastName, username }, 201),
      login: ({ email }) => post('/intra-in-cont', { email, password }),
      credential: 'message',
      read: reading('/get'),
    },
    native: {
      register: ({ username, email }) =>
        nativeRegister({ username, email, password, given_name: firstName, family_name: lastName }),
      login: ({ email }) => post('/v1/auth/login', { email, password, mode: 'code' }),
      credential: 'session_code',
      read: reading('/v1/me/profile'),
    },
  },
  {
    name: 'oauth-bearer',
    old: {
      register: ({ email, phoneNumber: phone_number }) =>
        post('/create', {
          name: fullName,
          email,
          phone_number,
          password,
          address: '',
          nid: '1990',
          role_id: 1,
        }),
      login: ({ email }) => ({
        method: 'POST',
        path: '/login',
        form: { grant_type: 'password', username: email, password },
        status: 200,
      }),
      credential: 'access_token',
      read: reading('/profile'),
    },
    native: {
      register: ({ email, phoneNumber: phone_number }) =>
        nativeRegister({ full_name: fullName, email, phone_number, password, national_id: '1990' }),
      login: ({ email }) => post('/v1/auth/login', { email, password }),
      credential: 'access_token',
      read: reading('/v1/me'),
    },
  },
]
