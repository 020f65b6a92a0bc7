import type { TestEngine } from './engines.ts'

/**
 * Texts that become SQL if they are pasted into a statement. If the database runs one that sleeps, the server gives up
 * the statement before it ends, and answers differently.
 */
const anywhere = [
  // The first eight break out in the most ways. Those without a space are also valid local parts of an email address.
  "'",
  "'or'1'!='",
  "'and'1'='",
  "'/**/or/**/1=1--",
  "' OR '1'='1",
  "' OR 1=1-- x",
  "'; DROP TABLE passwords; -- x",
  "' UNION SELECT hash, NULL, NULL FROM passwords-- x",
  '"',
  '`',
  '\\',
  "' AND '1'='2",
  "' AND 1=2-- x",
  "' OR 1=1#",
  "' OR 1=1/*",
  "') OR ('1'='1",
  "')) OR (('1'='1",
  '" OR ""="',
  "\\' OR 1=1-- x",
  "%' OR 1=1-- x",
  '%27%20OR%201=1--%20x',
  '1 OR 1=1',
  '1; DELETE FROM accounts',
  "'; UPDATE account_roles SET role = 'admin'; -- x",
  "'; INSERT INTO account_roles SELECT id, 'admin' FROM accounts; -- x",
  "' UNION SELECT NULL-- x",
  "' ORDER BY 99-- x",
  "' HAVING 1=1-- x",
  "'||'x'||'",
  "'+(SELECT 1)+'",
  "' AND (SELECT COUNT(*) FROM accounts) > 0-- x",
  "' AND SUBSTR((SELECT hash FROM passwords LIMIT 1), 1, 1) = '$'-- x",
  '$1',
  '?',
  ':id',
  '%',
  '_',
]

const onEngine = {
  SQLite: [
    "' AND RANDOMBLOB(1000000000) NOTNULL-- x",
    "' UNION SELECT sql FROM sqlite_master-- x",
    "'; ATTACH DATABASE '/tmp/injected' AS injected; -- x",
    "' AND LOAD_EXTENSION('x')-- x",
  ],
  PostgreSQL: [
    "'; SELECT pg_sleep(60); -- x",
    "' AND (SELECT 1 FROM pg_sleep(60)) = 1-- x",
    "'||(SELECT pg_sleep(60))||'",
    "' AND 1 = CAST(version() AS int)-- x",
    "'; COPY accounts TO PROGRAM 'id'; -- x",
    '$$; SELECT pg_sleep(60); $$',
  ],
  MariaDB: [
    "' AND SLEEP(60)-- x",
    "' OR SLEEP(60)#",
    "'XOR(SELECT SLEEP(60))XOR'",
    "' AND EXTRACTVALUE(1, CONCAT(0x7e, VERSION()))-- x",
    "' AND BENCHMARK(1000000000, SHA2('x', 512))-- x",
    "' INTO OUTFILE '/tmp/injected'-- x",
  ],
}

export function injectionsFor({ name }: TestEngine): readonly string[] {
  return [...anywhere, ...onEngine[name]]
}

/** The same text with other letters: equally long and odd, but not SQL. */
export function defused(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => {
    const first = letter < 'a' ? 65 : 97
    return String.fromCharCode(first + ((letter.charCodeAt(0) - first + 13) % 26))
  })
}
