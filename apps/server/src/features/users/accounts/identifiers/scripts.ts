/**
 * The scripts in which a username may be written. The guide to identifiers lists them by the same names; a test
 * compares the two.
 */

/** UAX #31, table 5: the scripts in everyday use. */
export const recommendedScripts = [
  ...['Arabic', 'Armenian', 'Bengali', 'Cyrillic', 'Devanagari', 'Ethiopic', 'Georgian', 'Greek'],
  ...['Gujarati', 'Gurmukhi', 'Han', 'Hangul', 'Hebrew', 'Hiragana', 'Kannada', 'Katakana', 'Khmer', 'Lao'],
  ...['Latin', 'Malayalam', 'Myanmar', 'Oriya', 'Sinhala', 'Tamil', 'Telugu', 'Thaana', 'Thai', 'Tibetan'],
] as const

/** UAX #31, table 7: the scripts of smaller communities; and Mongolian, which schools and the state use again. */
export const limitedUseScripts = [
  ...['Adlam', 'Balinese', 'Bamum', 'Batak', 'Bopomofo', 'Canadian_Aboriginal', 'Chakma', 'Cham', 'Cherokee'],
  ...[
    'Hanifi_Rohingya',
    'Javanese',
    'Kayah_Li',
    'Lepcha',
    'Limbu',
    'Lisu',
    'Mandaic',
    'Meetei_Mayek',
    'Miao',
  ],
  ...['Mongolian', 'New_Tai_Lue', 'Newa', 'Nko', 'Nyiakeng_Puachue_Hmong', 'Ol_Chiki', 'Osage', 'Saurashtra'],
  ...[
    'Sundanese',
    'Syloti_Nagri',
    'Syriac',
    'Tai_Le',
    'Tai_Tham',
    'Tai_Viet',
    'Tifinagh',
    'Vai',
    'Wancho',
    'Yi',
  ],
] as const

/** The mixtures that one language writes (UTS #39 §5.1). */
export const mixtures = [
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Hangul'],
  ['Han', 'Bopomofo'],
] as const

/** The marks that stay apart from their letter in NFC, as in Yoruba, Igbo, Lingala and Taiwanese. No overlays: they imitate other letters. */
export const accents = String.raw`\u0300-\u0304\u0306-\u030d\u030f-\u0311\u0313\u0314\u031b\u0323-\u0329\u032d\u032e\u0330\u0331\u0342\u0345\u0358`

/** The vowel signs of Arabic and Hebrew, which people may write or leave out. */
export const vowelPoints = String.raw`\u05b0-\u05bc\u05bf\u05c1\u05c2\u05c7\u064b-\u0652\u0670`

/** The hamza and the madda that stay apart from their letter in NFC. */
export const arabicMarks = String.raw`\u0653-\u0655`

/** The letters that look like an apostrophe: the okina of Hawaiian and Uzbek, the glottal stop of Guaraní, the saltillo. */
export const apostrophes = String.raw`\u02bb\u02bc\ua78b\ua78c`

/** The dot of Catalan, the geresh and gershayim of Hebrew, the tsheg of Tibetan, the dot between Japanese names. Each has its place. */
export const innerSigns = String.raw`\u00b7\u05f3\u05f4\u0f0b\u30fb`
