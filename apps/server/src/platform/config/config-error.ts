/** The configuration is not valid. `problems` lists every problem, so that one start finds them all. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(['The configuration is not valid:', ...problems.map((problem) => `- ${problem}`)].join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}
