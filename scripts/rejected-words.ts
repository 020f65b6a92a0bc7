interface RejectedWord {
  readonly pattern: RegExp
  /** What to write, as a sentence. */
  readonly instead: string
}

/** Words and phrases that make a reader of English stumble, and what to write instead. The list is short on purpose. */
export const rejectedWords: readonly RejectedWord[] = [
  { pattern: /\bsomebody\b/i, instead: 'Write "someone", or name the actor.' },
  { pattern: /\bnobody\b/i, instead: 'Write "no one", or name the actor.' },
  { pattern: /\banybody\b/i, instead: 'Write "anyone", or name the actor.' },
  { pattern: /\beverybody\b/i, instead: 'Write "everyone", or name the actor.' },
  { pattern: /\bwhoever\b/i, instead: 'Write "anyone who", or name the actor.' },
  { pattern: /(?:^|[.:;] )Who\b[^?]*$/m, instead: 'Begin the sentence with its subject.' },
  { pattern: /(?:^|[.;] )Else\b/m, instead: 'Write "otherwise".' },
  { pattern: /\bat the (?:most|least)\b/i, instead: 'Write "at most" or "at least".' },
  { pattern: /\bof late\b/i, instead: 'Write "recently".' },
  { pattern: /\banew\b/i, instead: 'Write "again".' },
  { pattern: /\bheed(?:s|ed|ing)?\b/i, instead: 'Write "follow" or "use".' },
  { pattern: /\bmend(?:s|ed|ing)?\b/i, instead: 'Write "fix".' },
  { pattern: /\bbears?\b/i, instead: 'Write "has" or "carries".' },
  { pattern: /\b(?:tells|told)\b(?! apart)/i, instead: 'Write "shows", "says", "reports" or "notifies".' },
  { pattern: /\blies\b/i, instead: 'Write "is" or "is stored".' },
  { pattern: /\bdearer\b|\bdearest\b/i, instead: 'Write "more expensive".' },
  { pattern: /\bshall\b/i, instead: 'Write "must" or "will".' },
  { pattern: /\bfor ever\b/i, instead: 'Write "forever".' },
  { pattern: /\bneeds? not\b/i, instead: 'Write "does not need to".' },
  { pattern: /\b(?:there|where)(?:of|by|in|upon)\b/i, instead: 'Write "of it", "by it" or "in it".' },
  { pattern: /\bof a sudden\b|\bin earnest\b|\bby hand of\b/i, instead: 'Say it plainly.' },
]
