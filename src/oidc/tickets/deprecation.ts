/** From the first day on, the old way is on its way out (2026-11-23). */
const deprecatedSince = Date.UTC(2026, 10, 23) / 1000;

/** RFC 9745 §2 and, when the day is known, RFC 8594 §3: the headers of every answer of the old way. */
export const deprecation = (baseUrl: string, until?: number): Record<string, string> => ({
  deprecation: `@${deprecatedSince}`,
  ...(until === undefined ? {} : { sunset: new Date(until * 1000).toUTCString() }),
  link: `<${baseUrl}/developers>; rel="deprecation"; type="text/html"`,
});
