/**
 * Backup and restore of one instance: every record of the store (sealed as it lies there), the keys folder and the
 * audit checkpoints kept outside. Owns src/backup. May import: the storage port.
 */

export { readBackup, restoreFiles, storeLines } from './read-backup.ts';
export { type BackupSummary, writeBackup } from './write-backup.ts';
