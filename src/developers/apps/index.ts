/**
 * Apps 应用登记: the life of an app from a developer's draft to its retirement (ZZD-3, ZZD-4, ZZD-5).
 * Owns src/developers/apps. May import: the public faces of accounts, audit, credentials, items, mail, my-account,
 * officials and oidc, storage's ports, http, identifiers, clock, errors.
 */
export type { AppRecord, Manifest, Owner, RecordState } from './app-record.ts';
export { type AppRecords, type AppRecordsDeps, createAppRecords } from './create-app-records.ts';
export type { Act, OwnerFacts } from './dependencies.ts';
export { type AccessFilter, type AccessLine, accessCsv } from './export-access.ts';
export { type AppRecordPagesDeps, appRecordPages } from './pages/index.ts';
export { type AppRecordRoutesDeps, appRecordRoutes, developerScope } from './routes.ts';
export type { SandboxAccess, SandboxPort } from './sandbox-port.ts';
