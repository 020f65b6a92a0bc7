import { describe, expect, it } from 'vitest'
import { csvCell } from './csv.ts'

describe('a cell of the export', () => {
  it.each([
    '=HYPERLINK("http://evil.example","x")',
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM',
    '\u200b=1',
    '\ufeff=cmd',
  ])('A122: begins with an apostrophe if a spreadsheet could execute it: %j', (text) => {
    expect(csvCell(text).startsWith(`"'`)).toBe(true)
  })

  it('keeps any other text, with its quotes doubled', () => {
    expect(csvCell('Amina "Mimi", of\nNairobi = fine')).toBe('"Amina ""Mimi"", of\nNairobi = fine"')
    expect(csvCell('')).toBe('""')
  })

  it('cannot end before its end, whatever it contains', () => {
    expect(csvCell('","=1+1')).toBe('""",""=1+1"')
  })
})
