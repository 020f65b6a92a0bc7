import type { Section } from './model.ts'

const utf8 = new TextEncoder()

/** Streams the sections as one JSON object. Reads each page of a list only when the client is ready for it. */
export async function* documentOf(sections: readonly Section[]): AsyncGenerator<Uint8Array> {
  for (const [index, section] of sections.entries()) {
    yield utf8.encode(`${index === 0 ? '{' : ','}\n${JSON.stringify(section.name)}: `)
    if ('value' in section) yield utf8.encode(JSON.stringify(section.value))
    else yield* arrayOf(section.pages())
  }
  yield utf8.encode('\n}\n')
}

async function* arrayOf(pages: AsyncIterable<readonly object[]>): AsyncGenerator<Uint8Array> {
  let separator = '['
  for await (const page of pages) {
    const items = page.map((each) => JSON.stringify(each))
    yield utf8.encode(`${separator}\n${items.join(',\n')}`)
    separator = ','
  }
  yield utf8.encode(separator === '[' ? '[]' : '\n]')
}
