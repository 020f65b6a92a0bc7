/** A part of the people: how they are called, and the language of their messages. */
export interface Culture {
  readonly locale: string | null
  /** How a name is written, and how it is spelt in a username. */
  readonly givenNames: readonly (readonly [name: string, spelt: string])[]
  readonly familyNames: readonly (readonly [name: string, spelt: string])[]
  /** In some cultures, the family name comes first. */
  readonly isFamilyFirst?: true
  /** The networks are those of RFC 5737, which belong to no one. */
  readonly network: string
}

function plain(...names: readonly string[]): readonly (readonly [string, string])[] {
  return names.map((name) => [name, name])
}

export const cultures: readonly Culture[] = [
  {
    locale: 'sw',
    network: '203.0.113',
    givenNames: plain('Amina', 'Baraka', 'Wanjiku', 'Otieno', 'Zawadi', 'Juma', 'Neema', 'Kamau', 'Achieng', 'Fatuma'),
    familyNames: plain('Odhiambo', 'Mwangi', 'Njoroge', 'Kariuki', 'Wafula', 'Chebet', 'Mutua', 'Hassan', 'Ouma'),
  },
  {
    locale: 'ro',
    network: '198.51.100',
    givenNames: [
      ['Ioana-Maria', 'ioana.maria'],
      ['Ștefan', 'stefan'],
      ['Andreea', 'andreea'],
      ['Mihai', 'mihai'],
      ['Ană', 'ana'],
      ['Răzvan', 'razvan'],
      ['Ilinca', 'ilinca'],
      ['Traian', 'traian'],
    ],
    familyNames: [
      ['Constantinescu-Brâncoveanu', 'brancoveanu'],
      ['Popescu', 'popescu'],
      ['Ionescu', 'ionescu'],
      ['Țurcanu', 'turcanu'],
      ['Văcărescu', 'vacarescu'],
      ['Dumitrache', 'dumitrache'],
      ['Stănescu', 'stanescu'],
    ],
  },
  {
    locale: 'bn',
    network: '192.0.2',
    givenNames: [
      ['রহিম', 'rahim'],
      ['ফারজানা', 'farzana'],
      ['অনিক', 'anik'],
      ['সাদিয়া', 'sadia'],
      ['তানভীর', 'tanvir'],
      ['মিতালী', 'mitali'],
      ['সুজন', 'sujan'],
    ],
    familyNames: [
      ['চৌধুরী', 'chowdhury'],
      ['হোসেন', 'hossain'],
      ['রহমান', 'rahman'],
      ['দাস', 'das'],
      ['আক্তার', 'akter'],
      ['সরকার', 'sarkar'],
    ],
  },
  {
    locale: 'ar',
    network: '203.0.113',
    givenNames: [
      ['ليلى', 'layla'],
      ['يوسف', 'yusuf'],
      ['مريم', 'maryam'],
      ['عمر', 'omar'],
      ['هدى', 'huda'],
      ['كريم', 'karim'],
      ['نور', 'nour'],
    ],
    familyNames: [
      ['حداد', 'haddad'],
      ['الخطيب', 'khatib'],
      ['منصور', 'mansour'],
      ['النجار', 'najjar'],
      ['سليمان', 'suleiman'],
      ['عواد', 'awad'],
    ],
  },
  {
    locale: 'fr',
    network: '198.51.100',
    givenNames: [
      ['Émilie', 'emilie'],
      ['Jean-Baptiste', 'jean.baptiste'],
      ['Aïcha', 'aicha'],
      ['Loïc', 'loic'],
      ['Clémence', 'clemence'],
      ['Mathéo', 'matheo'],
      ['Océane', 'oceane'],
    ],
    familyNames: [
      ['Lefèvre-Dubois', 'lefevre'],
      ['Moreau', 'moreau'],
      ['Diallo', 'diallo'],
      ['Bénard', 'benard'],
      ['Nguyen', 'nguyen'],
      ['Rousseau', 'rousseau'],
    ],
  },
  {
    locale: 'en',
    network: '192.0.2',
    givenNames: plain('Joseph', 'Grace', 'Siobhan', 'Liam', 'Chidi', 'Ngozi', 'Priya', 'Arjun', 'Hannah', 'Tunde'),
    familyNames: [
      ["O'Sullivan", 'osullivan'],
      ['Okafor', 'okafor'],
      ['Adeyemi', 'adeyemi'],
      ['Patel', 'patel'],
      ['Nair', 'nair'],
      ['Walker', 'walker'],
      ['MacDonald', 'macdonald'],
    ],
  },
  {
    locale: null,
    network: '203.0.113',
    isFamilyFirst: true,
    givenNames: [
      ['陽菜', 'hina'],
      ['蓮', 'ren'],
      ['美咲', 'misaki'],
      ['大翔', 'hiroto'],
      ['结衣', 'yui'],
      ['秀英', 'xiuying'],
    ],
    familyNames: [
      ['佐藤', 'sato'],
      ['鈴木', 'suzuki'],
      ['高橋', 'takahashi'],
      ['王', 'wang'],
      ['李', 'li'],
      ['김', 'kim'],
    ],
  },
  {
    locale: null,
    network: '198.51.100',
    givenNames: [
      ['Олена', 'olena'],
      ['Тарас', 'taras'],
      ['Анастасія', 'anastasia'],
      ['Сергій', 'serhii'],
      ['Ελένη', 'eleni'],
      ['Γιώργος', 'giorgos'],
    ],
    familyNames: [
      ['Шевченко', 'shevchenko'],
      ['Коваленко', 'kovalenko'],
      ['Бондар', 'bondar'],
      ['Παπαδοπούλου', 'papadopoulou'],
      ['Νικολάου', 'nikolaou'],
    ],
  },
  {
    locale: null,
    network: '192.0.2',
    givenNames: [
      ['João', 'joao'],
      ['Conceição', 'conceicao'],
      ['Íñigo', 'inigo'],
      ['Lucía', 'lucia'],
      ['Øyvind', 'oyvind'],
      ['Zoë', 'zoe'],
      ['Łukasz', 'lukasz'],
      ['Małgorzata', 'malgorzata'],
    ],
    familyNames: [
      ['da Silva e Souza', 'silva'],
      ['Muñoz', 'munoz'],
      ['Søndergaard', 'sondergaard'],
      ['van den Berg', 'vandenberg'],
      ['Wiśniewski', 'wisniewski'],
      ['Göransson', 'goransson'],
    ],
  },
]
