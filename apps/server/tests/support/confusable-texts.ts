/** Different texts that some collation, padding or normal form treats as equal. */
export const confusableTexts: readonly string[] = [
  ...['amina', 'AMINA', 'Amina', 'amına', 'amİna'],
  ...['amina ', 'amina  ', ' amina', 'amina\t', 'amina\n', 'amina\u00a0', 'amina\u200b', 'amina\u0001'],
  ...['ámina', 'a\u0301mina', 'àmina', 'åmina', 'a\u030amina', '\u212bmina', 'ａｍｉｎａ', 'ämina', 'aemina'],
  ...['strasse', 'straße', 'STRASSE', 'straſse', 'straẞe'],
  ...['k', 'K', '\u212a', 'i', 'I', 'ı', 'İ', 'i\u0307', 'ς', 'σ', 'Σ'],
  ...['0712', '712', '+712', '٠٧١٢', '０７１２', '712.0', '7.12e2'],
  ...['😀', '😁', '😀\ufe0f', '👨‍👩‍👧', '👨👩👧', '\u{1f600}\u{10ffff}', '\ufffd'],
  ...['が', 'か\u3099', 'ガ', 'ｶﾞ', 'ｱ', 'ア'],
  ...['%', '_', '\\', "'", '"', '`', 'null', 'NULL', '--', '*'],
]
