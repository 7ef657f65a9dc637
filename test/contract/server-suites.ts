import { describe, it } from '@jest/globals';

/** Where the servers are that `npm test` cannot start by itself. */
export type ServerVariable = 'MONGODB_URL' | 'REDIS_URL' | 'CHROMIUM' | 'PKCS11_MODULE';

const reportSkipped = it.skip;

/**
 * Declares a suite that needs a server. Without the variable it stands in the report as one skipped test that names
 * the suite and what to set.
 */
export function describeWith(variable: ServerVariable, title: string, suite: (value: string) => void): void {
  const value = process.env[variable];
  if (value) describe(title, () => suite(value));
  else reportSkipped(`${title} (set ${variable} to run this suite)`, () => undefined);
}
