/**
 * Personal data: a person's own data as a file, and the closing of her account with everything that hangs on it.
 * Owns src/personal-data. May import: the public faces of accounts, audit and my-account, the storage port, http, clock,
 * errors. What other features keep of a person comes in as steps and sections (src/compose/personal-data.ts), so that a
 * new feature adds its own there.
 */
export { type PersonalDataPagesDeps, personalDataPages } from './account-pages.ts';
export {
  type Closing,
  type ClosingStep,
  type Closings,
  createClosings,
  waitingDays,
} from './close-account.ts';
export { createExport, type ExportOfData, type ExportSection, exportFormat } from './export-data.ts';
