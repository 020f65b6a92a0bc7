/** The configuration cannot be used. `problems` names every fault at once, so that one start finds them all. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(['The configuration is refused:', ...problems.map((problem) => `- ${problem}`)].join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}
