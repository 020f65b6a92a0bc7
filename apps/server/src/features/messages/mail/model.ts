/** A part of a mail. The plain text and the HTML are made from the same blocks, so neither says more than the other. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** A few digits to type. */
  | { readonly kind: 'code'; readonly code: string }
  /** A longer text to copy or to keep, such as a receipt. */
  | { readonly kind: 'value'; readonly value: string }
  /** The one thing to do. The hint stands before the address, for readers whose mail program shows no button. */
  | { readonly kind: 'button'; readonly label: string; readonly url: ServiceUrl; readonly hint: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  /** What matters less than a paragraph. */
  | { readonly kind: 'note'; readonly text: string }

/** The label ends with its colon, which French sets apart with a space. */
export type Fact = readonly [label: string, value: string]

declare const serviceUrl: unique symbol
/** A URL of the service. Only `linkTo` makes one, so a message links nowhere else (A87). */
export type ServiceUrl = string & { readonly [serviceUrl]: true }

/** @param path begins with a slash; what a person must not share belongs behind a # */
export function linkTo({ url }: { readonly url: string }, path: `/${string}`): ServiceUrl {
  return `${url.replace(/\/$/, '')}${path}` as ServiceUrl
}

export function paragraph(text: string): Block {
  return { kind: 'paragraph', text }
}

export function code(digits: string): Block {
  return { kind: 'code', code: digits }
}

export function value(text: string): Block {
  return { kind: 'value', value: text }
}

export function button(label: string, url: ServiceUrl, hint: string): Block {
  return { kind: 'button', label, url, hint }
}

export function note(text: string): Block {
  return { kind: 'note', text }
}
