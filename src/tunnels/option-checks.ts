/** What is wrong with a value that has to be an http or https URL, as `DriverOption.check` tells it. */
export function httpUrlProblem(value: string): string | undefined {
  return URL.canParse(value) && /^https?:/.test(value) ? undefined : 'it is not an http or https URL';
}
