// Suites that need a server run when MONGODB_URL, REDIS_URL or CHROMIUM say where, and name themselves when skipped.
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript', tsx: false } }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 90_000,
  maxWorkers: 2,
  // Modules loaded as ESM are never given back: a worker that has run many suites spends its time collecting garbage.
  workerIdleMemoryLimit: '1GB',
};
