/**
 * A backup file is a gzipped tar of these entries, in this order:
 *
 *   koine.json                            what it is (Header)
 *   tables/<table>/<number>.ndjson        rows as JSON, one a line, in the order of the table's key
 *   files/<key>                           stored files
 *   manifest.json                         counts and checksums of all that came before (Manifest)
 *
 * Nothing in it depends on the database's version, on where it ran, or on where files were stored.
 */

export const FORMAT = 'koine-backup';
export const FORMAT_VERSION = 1;

export const HEADER_NAME = 'koine.json';
export const MANIFEST_NAME = 'manifest.json';
export const TABLES_FOLDER = 'tables/';
export const FILES_FOLDER = 'files/';

export type Header = {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** The version of the Koine that wrote it. */
  readonly koine: string;
  /** The moment that it shows. ISO 8601. */
  readonly at: string;
  /** The schema. */
  readonly migrations: readonly string[];
  /** Rows of each table. */
  readonly tables: Readonly<Record<string, number>>;
  /** The next number of each identity column. */
  readonly sequences: readonly { readonly table: string; readonly column: string; readonly next: number }[];
  /** Stored files. */
  readonly files: number;
};

export type TableSum = { readonly rows: number; readonly sha256: string };
/** `sha256`: of the lines `<key> <sha256 of the file>`. */
export type FilesSum = { readonly count: number; readonly bytes: number; readonly sha256: string };

export type Manifest = {
  readonly tables: Readonly<Record<string, TableSum>>;
  readonly files: FilesSum;
  /** Files that rows show and that were not there any more; only where that was allowed. */
  readonly missing: readonly string[];
};

/** Told how far it is. */
export type OnProgress = (what: string, done: number, total: number) => void;

/** It is not a backup, or not whole, or was altered. */
export class DamagedBackupError extends Error {
  override readonly name = 'DamagedBackupError';
  constructor(reason: string, options?: ErrorOptions) {
    super(`the backup is damaged: ${reason}`, options);
  }
}
